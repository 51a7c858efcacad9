"""What is said early of too much at once is what is said of it late."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from service.forms.in_force import compile_forms
from service.web.busy_answers import BusyAnswers
from service.web.capacity import Capacity
from service.web.fast_path.fast_path import FAST_PATH
from service.web.site import Site
from tests.web.fast_path.twins import a_form
from tests.web.public_site import PublicSite, open_public_site
from tests.web.raw import ask, connected

FORMS = ("quiz", "spanish", "framed", "trapped", "closed")
TYPES = ("application/x-www-form-urlencoded", "application/json", None)
ACCEPTED = ("text/html,*/*;q=0.8", "application/json", "text/html;q=0.4, application/json;q=0.5")
LANGUAGES = ("es-MX, en;q=0.5", "fr", None)

Opened = tuple[PublicSite, BusyAnswers]


@pytest.fixture(params=[None, "https://localhost"], ids=["http", "https"])
async def full(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opened]:
    """A site without room, where every request goes the whole way; and its early answers."""
    apps: list[web.Application] = []

    def go_the_whole_way(app: web.Application) -> None:
        apps.append(app)
        del app[FAST_PATH]

    async with open_public_site(
        tmp_path,
        site=Site(public_url=request.param),
        capacity=Capacity(most_requests=0),
        adapt=go_the_whole_way,
    ) as site:
        site.forms.replace(compile_forms({form_id: a_form(form_id) for form_id in FORMS}))
        yield site, BusyAnswers(apps[0])


def without_moments(answer: bytes) -> tuple[bytes, Sequence[bytes], bytes]:
    """Status line, headers in the order of their names and body; without id and time."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    varying = [line for line in lines if line.startswith((b"Date: ", b"X-Request-Id: "))]
    assert len(varying) == 2
    return status, sorted(set(lines) - {*varying}), body


def asked(*values: str | None) -> CIMultiDictProxy[str]:
    names = ("Content-Type", "Accept", "Accept-Language")
    given = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    return CIMultiDictProxy(CIMultiDict({"Host": "localhost", **given}))


async def test_it_is_the_answer_of_the_whole_way_to_the_letter(full: Opened) -> None:
    """SRV-3: whoever is refused early reads what whoever is refused late reads."""
    site, early = full
    answers = set()
    for form_id, *values in product(FORMS, TYPES, ACCEPTED, LANGUAGES):
        headers = asked(*values)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = f"POST /f/{form_id} HTTP/1.1\r\n{lines}Content-Length: 0\r\n"
        late = await ask(site.url, f"{request}Connection: close\r\n\r\n".encode())
        found = early.find(site.forms[form_id], headers)
        cast = found.cast(identifier="0123456789abcdef", last=True)
        assert without_moments(cast) == without_moments(late), request
        assert found.size == len(late.partition(b"\r\n\r\n")[2])
        answers.add(late.partition(b"\r\n\r\n")[2])
    assert len(answers) == 4  # in two languages, for people and for programs


async def test_the_connection_may_go_on_and_each_answer_has_its_id(full: Opened) -> None:
    site, early = full
    async with connected(site.url) as (reader, writer):
        writer.write(b"POST /f/quiz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
    found = early.find(site.forms["quiz"], asked(None, None, None))
    cast = found.cast(identifier="0123456789abcdef", last=False)
    assert without_moments(cast)[:2] == without_moments(head)[:2]
    assert b"\r\nX-Request-Id: 0123456789abcdef\r\n" in cast


async def test_it_is_made_once_for_a_form_and_anew_for_another_of_its_name(full: Opened) -> None:
    site, early = full
    headers = asked(None, None, None)
    first = early.find(site.forms["quiz"], headers)
    assert early.find(site.forms["quiz"], headers) is first
    framed = replace(a_form("quiz"), framed_by=("https://example.org",))
    site.forms.replace(compile_forms({"quiz": framed}))
    other = early.find(site.forms["quiz"], headers)
    assert b"frame-ancestors https://example.org" in other.cast(identifier="0" * 16, last=False)
