"""The protective headers of every answer, whatever its status and path."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from service.forms.in_force import compile_forms
from service.spool.limits import Limits
from service.web.capacity import Capacity
from service.web.protection import protective_headers
from service.web.site import Site
from tests.web.observatory import score
from tests.web.protected import EXPECTED, TLS, framed, protection
from tests.web.public_site import GOOD, PublicSite, open_public_site, quiz
from tests.web.raw import ask

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
JSON = b"Content-Type: application/json\r\n"
FRAMED_BY = ("https://www.partner.example", "http://localhost:3000")
BODY = b"essay=Sega&mail=a@example.org"


def get(path: bytes = b"/f/quiz", head: bytes = b"") -> bytes:
    return b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%b\r\n" % (path, head)


def post(body: bytes = BODY, head: bytes = FORM, path: bytes = b"/f/quiz") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    start = b"POST %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" % path
    return start + length + head + b"\r\n" + body


ANSWERS: Mapping[str, tuple[int, bytes]] = {
    "a page": (200, get()),
    "the head of a page": (200, get().replace(b"GET", b"HEAD", 1)),
    "a description": (200, get(b"/openapi.json")),
    "a receipt as JSON": (201, post(json.dumps(GOOD).encode(), JSON)),
    "a preflight": (204, get().replace(b"GET", b"OPTIONS", 1)),
    "the way to the form": (302, get(b"/")),
    "the way to a receipt": (303, post()),
    "a parser's refusal": (400, get(b"/\xff")),
    "an unreadable body": (400, post(b"essay=%ff")),
    "a strange host": (400, get(head=b"Host: two\r\n")),
    "another site": (403, post(head=FORM + b"Sec-Fetch-Site: cross-site\r\n")),
    "an unknown path": (404, get(b"/nowhere")),
    "an unknown file": (404, get(b"/static/nothing.css")),
    "an unknown receipt": (404, get(b"/f/quiz/receipts/nothing")),
    "a method": (405, post().replace(b"POST", b"PUT", 1)),
    "too much": (413, post(b"essay=" + b"x" * 300_000)),
    "an unknown type": (415, post(head=b"Content-Type: text/plain\r\n")),
    "an expectation": (417, get(head=b"Expect: more\r\n")),
    "wrong answers": (422, post(b"essay=")),
    "wrong answers as JSON": (422, post(b"{}", JSON)),
    "a version": (505, get().replace(b"HTTP/1.1", b"HTTP/2.0", 1)),
}


@pytest.fixture(params=[None, "https://forms.example", "http://forms.example"])
async def expected(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[PublicSite, Mapping[str, str]]]:
    """A site at some public address, and the headers of its answers."""
    tls = str(request.param).startswith("https:")
    async with open_public_site(tmp_path, site=Site(public_url=request.param)) as site:
        yield site, {**EXPECTED, **(TLS if tls else {})}


async def test_every_answer_has_the_same_headers(
    expected: tuple[PublicSite, Mapping[str, str]],
) -> None:
    """HDR-1, HDR-2, HDR-4, HDR-5: byte for byte; TLS is insisted on only where people have it."""
    site, headers = expected
    for name, (status, request) in ANSWERS.items():
        assert protection(await ask(site.url, request)) == (status, headers), name


async def test_a_file_and_what_is_known_already_have_them_too(site: PublicSite) -> None:
    """HDR-4, HDR-8: 304 as 200; a file may be kept for good under its name."""
    page = await ask(site.url, get())
    path = page.partition(b'href="/static/')[2].partition(b'"')[0]
    file = await ask(site.url, get(b"/static/" + path))
    assert protection(file) == (200, EXPECTED)
    assert b"\r\nCache-Control: public, max-age=31536000, immutable\r\n" in file
    etag = file.partition(b"\r\nEtag: ")[2].partition(b"\r\n")[0]
    known = get(b"/static/" + path, b"If-None-Match: %b\r\n" % etag)
    assert protection(await ask(site.url, known)) == (304, EXPECTED)


async def test_a_slow_body_has_them_too(tmp_path: Path) -> None:
    """HDR-4: 408."""
    async with open_public_site(tmp_path, capacity=Capacity(body_seconds=0.1)) as site:
        slow = post().replace(b"Content-Length: ", b"Content-Length: 9")
        assert protection(await ask(site.url, slow)) == (408, EXPECTED)


async def test_a_taken_key_and_a_fault_of_ours_have_them_too(
    site: PublicSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HDR-4: 409 and 500."""
    key = b"Idempotency-Key: once\r\n"
    await ask(site.url, post(head=FORM + key))
    taken = post(b"essay=Nintendo&mail=a@example.org", FORM + key)
    assert protection(await ask(site.url, taken)) == (409, EXPECTED)

    async def break_down(receipt: object) -> None:
        raise RuntimeError("the cause")

    monkeypatch.setattr(site.spool, "find", break_down)
    receipt = get(b"/f/quiz/receipts/019aac58-8d52-8f3b-9a33-1c7bd2c0ffee")
    assert protection(await ask(site.url, receipt)) == (500, EXPECTED)


async def test_a_full_spool_has_them_too(tmp_path: Path) -> None:
    """HDR-4: 503, as page and as problem."""
    async with open_public_site(tmp_path, limits=Limits(live_bytes=1)) as site:
        await ask(site.url, post())
        for request in (post(), post(json.dumps(GOOD).encode(), JSON)):
            assert protection(await ask(site.url, request)) == (503, EXPECTED)


async def test_a_form_names_who_may_show_its_pages_in_a_frame(site: PublicSite) -> None:
    """HDR-3: its pages alone, also with errors; no other form's, and no other address."""
    framable = replace(quiz("quiz"), framed_by=FRAMED_BY)
    site.forms.replace(compile_forms({"quiz": framable, "other": quiz("other")}))
    headers = framed(*FRAMED_BY)
    cross = post(head=FORM + b"Sec-Fetch-Site: cross-site\r\n")
    missing = get(b"/f/quiz/receipts/nothing")
    for status, request in (
        (200, get()),
        (422, post(b"essay=")),
        (303, post()),
        (403, cross),
        (404, missing),
    ):
        assert protection(await ask(site.url, request)) == (status, headers)
    for status, path in ((200, b"/f/other"), (200, b"/"), (404, b"/f/nobody")):
        assert protection(await ask(site.url, get(path))) == (status, EXPECTED)


async def test_what_shows_answers_is_kept_nowhere(site: PublicSite) -> None:
    """HDR-8: pages with errors, and receipts."""
    wrong, _ = await site.post({"essay": "precious"})
    assert wrong.headers["Cache-Control"] == "private, no-store"
    sent, _ = await site.post(GOOD)
    async with site.client.get(site.url + sent.headers["Location"]) as receipt:
        assert receipt.headers["Cache-Control"] == "private, no-store"
    site.forms.replace(compile_forms({"quiz": replace(quiz("quiz"), closes_at=1)}))
    late, page = await site.post({**GOOD, "essay": "precious"})
    assert "precious" in page
    assert late.headers["Cache-Control"] == "private, no-store"


def test_the_public_page_has_the_points_of_a_good_one() -> None:
    """HDR-6: at least 115, framed by others too; and a scorer that sees what is missing."""
    site = Site(public_url="https://forms.example")
    headers = protective_headers(site)
    assert score(headers) >= 115
    assert score(protective_headers(site, replace(quiz("quiz"), framed_by=FRAMED_BY))) >= 115
    for name in (
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Strict-Transport-Security",
        "Cross-Origin-Resource-Policy",
    ):
        fewer = {other: value for other, value in headers.items() if other != name}
        assert score(fewer) < score(headers), name
    assert score({}) == 30
