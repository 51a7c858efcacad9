"""What section by section is in the table of bad input, requirement by requirement."""

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator, Container, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from service.web.capacity import PUBLIC
from service.web.site import Site
from tests.web.public_site import PublicSite, open_public_site
from tests.web.raw import FORM_HEAD, ask, connected

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORM = b"application/x-www-form-urlencoded"
MOST = 256 * 1024
CLOSE = b"Host: localhost\r\nConnection: close\r\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PublicSite]:
    """One for all of them: none leaves anything behind that another would see. A head may be longer
    than elsewhere, as one is that comes in a single piece."""
    folder, capacity = tmp_path_factory.mktemp("site"), replace(PUBLIC, most_head_bytes=2**21)
    async with open_public_site(folder, capacity=capacity) as opened:
        yield opened


def post(body: bytes, kind: bytes = b"application/json", more: bytes = b"") -> bytes:
    head = b"Content-Type: %b\r\nContent-Length: %d\r\n%b" % (kind, len(body), more)
    return b"POST /f/quiz HTTP/1.1\r\n%b%b\r\n%b" % (CLOSE, head, body)


async def status(site: PublicSite, request: bytes) -> int:
    return int((await ask(site.url, request)).split(b" ")[1])


async def test_hosts_versions_and_methods_are_those_of_a_list(tmp_path: Path) -> None:
    """SRV-6: 400 for another host, 505 for another version, 405 with Allow for another method."""
    async with open_public_site(tmp_path, site=Site(allowed_hosts=("localhost",))) as site:
        asked = b"%b /f/quiz %b\r\nConnection: close\r\nHost: %b\r\n\r\n"
        for method, version, host, expected in (
            (b"GET", b"HTTP/1.0", b"localhost", 200),
            (b"HEAD", b"HTTP/1.1", b"localhost:8080", 200),
            (b"OPTIONS", b"HTTP/1.1", b"localhost", 204),
            (b"PATCH", b"HTTP/1.1", b"localhost", 405),
            (b"TRACE", b"HTTP/1.1", b"localhost", 405),
            (b"GET", b"HTTP/2.0", b"localhost", 505),
            (b"GET", b"HTTP/0.9", b"localhost", 505),
            (b"GET", b"HTTP/1.1", b"example.org", 400),
        ):
            answer = await ask(site.url, asked % (method, version, host))
            assert int(answer.split(b" ")[1]) == expected, (method, version, host)
            if expected == 405:
                assert b"\r\nAllow: GET,HEAD,OPTIONS,POST\r\n" in answer


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"identity, gzip", b"none-such"])
async def test_an_encoded_body_is_refused_before_any_of_it_is_read(
    site: PublicSite, coding: bytes
) -> None:
    """SRV-7: 415, though the body never comes."""
    head = b"Content-Encoding: %b\r\nExpect: 100-continue\r\nContent-Length: 9\r\n" % coding
    request = b"POST /f/quiz HTTP/1.1\r\n%b%b\r\n" % (FORM_HEAD, head)
    async with connected(site.url) as (reader, writer):
        writer.write(request)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 415 ")


async def test_a_charset_is_utf_8_or_none(site: PublicSite) -> None:
    """SRV-8: no other codec is ever asked, be it one of Python's; parts may not choose either."""
    body = b"essay=Sega&mail=a%40example.org"
    form = FORM + b"; charset="
    for charset in (b"utf-7", b"idna", b"unicode_escape", b"hex", b"latin-1", b"nope"):
        assert await status(site, post(body, form + charset)) == 415
    assert await status(site, post(body, form + b'"UTF-8"')) == 303
    part = b'--b\r\nContent-Disposition: form-data; name="%b"\r\n%b\r\n%b\r\n'
    parts = (
        part % (b"_charset_", b"", b"utf-7")
        + part % (b"essay", b"Content-Type: text/plain; charset=utf-7\r\n", b"+AGE-")
        + part % (b"mail", b"", b"b@example.org")
    )
    multipart = b"multipart/form-data; boundary=b"
    assert await status(site, post(parts + b"--b--\r\n", multipart)) == 422  # of `_charset_` alone
    await site.rows()
    parts = parts[parts.index(b"--b", 1) :]
    assert await status(site, post(parts + b"--b--\r\n", multipart)) == 303
    (row,) = await site.rows()
    assert json.loads(row.document)["essay"] == "+AGE-"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"essay": "a", "essay": "b"}', 400),
        (b'{"age": NaN}', 400),
        (b'{"age": -Infinity}', 400),
        (b'{"age": 1e400}', 400),
        (b'{"age": %b}' % (b"1" * 64), 422),
        (b'{"age": %b}' % (b"1" * 65), 400),
        (b'{"age": %b}' % (b"1" * 5_000), 400),
        (b'{"essay": %b1%b}' % (b"[" * 31, b"]" * 31), 422),
        (b'{"essay": %b1%b}' % (b"[" * 32, b"]" * 32), 400),
        (b'{"essay": %b1%b}' % (b'{"a": ' * 32, b"}" * 32), 400),
        (b'{"essay": %b1%b}' % (b"[" * 60_000, b"]" * 60_000), 400),
        (rb'{"essay": "\ud800"}', 400),
        (b"\xef\xbb\xbf{}", 400),
        (b'["essay"]', 400),
        (b"null", 400),
    ],
    ids=lambda given: str(given)[:30],
)
async def test_json_is_one_flat_object_of_values_that_are_meant(
    site: PublicSite, body: bytes, expected: int
) -> None:
    """SRV-9: doubled names, numbers that are none or too long, depth, surrogates, a BOM: 400."""
    assert await status(site, post(body)) == expected


def heavy_bodies() -> Mapping[str, bytes]:
    """As much work as one body can give."""
    part = b'--b\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n%b\r\n'
    deep = b'{"essay": %b1%b}' % (b"[" * 100_000, b"]" * 100_000)
    names = b",".join(b'"a%d": "%b"' % (n, b"\\u0041" * 160) for n in range(240))
    return {
        "a page full of escapes": post(b"essay=" + b"%41" * 87_000, FORM),
        "too many fields": post(b"&" * MOST, FORM),
        "as many fields as may be": post(b"&".join(b"a%d=b" % n for n in range(250)), FORM),
        "a mail of dots": post(b"mail=" + b"a." * 100_000 + b"@x", FORM),
        "deep JSON": post(deep),
        "wide JSON": post(b"{%b}" % names),
        "many parts": post(
            b"".join(part % (n, b"x" * 900) for n in range(240)) + b"--b--\r\n",
            b"multipart/form-data; boundary=b",
        ),
        "one part of boundaries": post(
            part % (0, b"\r\n--" * 60_000) + b"--b--\r\n", b"multipart/form-data; boundary=b"
        ),
    }


async def longest_turn(site: PublicSite, request: bytes, among: Container[int]) -> float:
    """In seconds of CPU: of the loop that answers the request, with one of these statuses."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        last = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            longest, last = max(longest, now - last), now

    watching = asyncio.create_task(watch())
    gc.disable()  # of a process full of tests it would take longer than the request
    try:
        assert await status(site, request) in among
    finally:
        gc.enable()
    watching.cancel()
    return longest


@pytest.mark.parametrize("name", heavy_bodies())
async def test_no_request_keeps_the_others_waiting(site: PublicSite, name: str) -> None:
    """SRV-11: the loop's longest turn has less than 50 ms of CPU, whatever the clock says."""
    body = heavy_bodies()[name]
    for kind in (b"application/json", FORM):  # what is made once, for the first, is no part of it
        await status(site, post(b"{}", kind))
    assert await longest_turn(site, body, among=(303, 400, 413, 422)) < 0.05


@pytest.mark.parametrize(
    ("name", "item"),
    [
        (b"Accept-Language", b"a-"),
        (b"Accept-Language", b","),
        (b"Accept", b"a,"),
        (b"Accept-Encoding", b"a,"),
        (b"If-None-Match", b'"",'),
        (b"Origin", b"https://a."),
        (b"Referer", b"https://a."),
        (b"X-Forwarded-For", b"127.0.0.1,"),
    ],
)
async def test_no_list_in_a_head_keeps_the_others_waiting(
    site: PublicSite, name: bytes, item: bytes
) -> None:
    """SRV-11: as many lines, and as long ones, as a head may have."""
    line = b"%b: %b\r\n" % (name, item * (16_000 // len(item)))
    head = CLOSE + b"".join(line[:-2] + b"%d\r\n" % number for number in range(90))
    for request in (b"GET /f/none HTTP/1.1\r\n%b\r\n", b"POST /f/quiz HTTP/1.1\r\n%b\r\n"):
        assert await longest_turn(site, request % head, among=(403, 404, 415)) < 0.05
