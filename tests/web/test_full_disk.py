"""No room on the disk is not too many visitors: the page and the answer to a program say which."""

from pathlib import Path

from tests.spool.crowded_disk import crowded_disk
from tests.web.public_site import GOOD, open_public_site


async def test_a_full_disk_is_told_as_one_and_what_was_typed_is_kept(tmp_path: Path) -> None:
    with crowded_disk() as disk:
        async with open_public_site(tmp_path) as site:
            assert (await site.post(GOOD))[0].status == 303
            disk.is_full = lambda _name, _end: True
            for _ in range(2):  # found by the commit first, and known before it then
                response, page = await site.post({**GOOD, "essay": "precious"})
                assert response.status == 503
                assert int(response.headers["Retry-After"]) > 0
                assert "no room to save answers right now" in page
                assert "Too many" not in page
                assert "precious" in page
            async with site.client.post(f"{site.url}/f/quiz", json=GOOD) as answered:
                assert (answered.status, (await answered.json())["code"]) == (503, "disk_full")
            assert len(await site.rows()) == 1
