"""Who comes first after a start waits for no template: a service that is ready has compiled all."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.web.public_site import GOOD, open_public_site

TEMPLATE = "<template>"
"""The file from which jinja says that it compiles."""


@contextmanager
def compilations() -> Iterator[list[str]]:
    """The files of whatever is compiled during the block, in any thread. To be used once in a
    process: what listens for it can be deafened, but not taken out."""
    heard: list[str] = []
    listening = True

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event == "compile":
            heard.append(str(arguments[1]))

    sys.addaudithook(hear)
    try:
        yield heard
    finally:
        listening = False


async def test_no_page_has_its_template_compiled_when_it_is_first_asked_for(
    tmp_path: Path,
) -> None:
    with compilations() as compiled:
        async with open_public_site(tmp_path, forms=2) as site:
            assert TEMPLATE in compiled
            compiled.clear()
            for language in ("en", "es"):
                asked = {"Accept-Language": language}
                for path in ("/", "/f/quiz", "/f/none"):
                    async with site.client.get(f"{site.url}{path}", headers=asked) as response:
                        assert "</html>" in await response.text()
                response, page = await site.post({**GOOD, "mail": "none"}, **asked)
                assert (response.status, "</html>" in page) == (422, True)
                response, _ = await site.post({**GOOD, "essay": language}, **asked)
                receipt = f"{site.url}{response.headers['Location']}"
                async with site.client.get(receipt, headers=asked) as response:
                    assert "</html>" in await response.text()
            assert compiled == []
