"""Our half of aiohttp's server: its limits, and what it says where no handler is reached."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from service.app import create_internal_app
from service.lifespan import listen
from service.observability.metrics import Metrics
from service.setting_values import Address
from service.web.health import Readiness
from service.web.keys import METRICS
from service.web.protection import HEADERS
from service.web.refusals import BAD_REQUEST, RefusedError
from service.web.server import make_runner
from tests.web.observed import lines_of, refused
from tests.web.public_site import PublicSite
from tests.web.raw import CANARY, FORM_HEAD, ask, connected


@asynccontextmanager
async def bare_site(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncIterator[tuple[web.AppRunner, str]]:
    """A listener of ours without a border of its own, and its address."""
    app = web.Application()
    app[METRICS] = Metrics()
    app.router.add_get("/", handler)
    runner = make_runner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        yield runner, f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def test_the_limits_of_production_reach_every_connection() -> None:
    """SRV-1: read back from a connection; the others are in test_capacity.py."""
    read_back: list[Mapping[str, object]] = []

    async def read_limits(request: web.Request) -> web.Response:
        protocol = request.protocol
        read_back.append(
            {
                "keepalive_timeout": protocol.keepalive_timeout,
                "lingering_time": protocol._lingering_time,
                "max_line_size": protocol.max_line_size,
                "max_field_size": protocol.max_field_size,
                "max_headers": protocol.max_headers,
                "access_log": protocol.access_log,
            }
        )
        return web.Response()

    async with bare_site(read_limits) as (runner, url):
        assert runner.server is not None
        assert runner.server.handler_cancellation is False
        await ask(url, b"GET / HTTP/1.0\r\n\r\n")
    assert read_back == [
        {
            "keepalive_timeout": 75.0,
            "lingering_time": 5.0,
            "max_line_size": 8_190,
            "max_field_size": 16_384,
            "max_headers": 100,
            "access_log": None,
        }
    ]


async def test_what_cannot_be_parsed_is_a_problem_with_our_headers(
    site: PublicSite, log: io.StringIO
) -> None:
    """SRV-5: nothing of the request, a cookie least of all, is in the answer or in the log."""
    cookie = b"Host: x\r\nCookie: session=SECRET\0\r\n"
    told = await ask(site.url, b"GET /%b HTTP/1.1\r\n%b\r\n" % (CANARY, cookie))
    answer = await ask(site.url, b"GET /%b HTTP/1.1\r\n\xff: \0\r\n\r\n" % CANARY)
    for kept_to_itself in (CANARY, b"SECRET", b"session"):
        assert kept_to_itself not in told + answer
        assert kept_to_itself.decode() not in log.getvalue()
    assert answer.count(b"\r\nX-Request-Id: ") == told.count(b"\r\nX-Request-Id: ") == 1
    head, _, body = answer.decode().partition("\r\n\r\n")
    assert head.startswith("HTTP/1.0 400 ")
    assert "Content-Type: application/problem+json" in head
    assert json.loads(body)["code"] == "bad_request"
    for name, value in HEADERS.items():
        assert f"{name}: {value}" in head
    assert refused(site.metrics, "bad_request") == 2
    (line,) = lines_of(log)
    assert (line["event"], line["count"]) == ("unreadable_request", 1)
    assert str(line["error_type"]) in {"InvalidHeader", "BadHttpMessage"}


async def test_the_internal_listener_has_the_same_manners(log: io.StringIO) -> None:
    metrics = Metrics()

    async def report() -> Mapping[str, object]:
        return {}

    app = create_internal_app(readiness=Readiness(), metrics=metrics, status_report=report)
    async with listen(app, Address(host="127.0.0.1", port=0), finish_seconds=1) as address:
        url = f"http://{address}"
        broken = await ask(url, b"GET /%b HTTP/1.1\r\nnone\r\n\r\n" % CANARY)
        newer = await ask(url, b"GET /livez HTTP/2.0\r\nHost: x\r\n\r\n")
    for answer, status in ((broken, b"400"), (newer, b"505")):
        assert answer.split(b" ")[1] == status
        assert b"application/problem+json" in answer
        assert b"\r\nServer: forms\r\n" in answer
        assert CANARY not in answer
    assert refused(metrics, "bad_request") == 1
    assert refused(metrics, "unsupported_version") == 1
    assert CANARY.decode() not in log.getvalue()


async def test_a_body_that_goes_wrong_halfway_is_refused_at_once(
    site: PublicSite, log: io.StringIO
) -> None:
    async with connected(site.url) as (reader, writer):
        writer.write(
            b"POST /f/quiz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
            b"Expect: 100-continue\r\n%b\r\n" % FORM_HEAD
        )
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
        writer.write(b"zz%b\r\n" % CANARY)
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert CANARY not in answer
    assert refused(site.metrics, "bad_request") == 1
    assert [line["event"] for line in lines_of(log)] == ["request", "unreadable_request"]


async def test_a_parser_that_breaks_down_ends_its_connection_and_no_more(log: io.StringIO) -> None:
    async def break_parser(request: web.Request) -> web.Response:
        request.protocol.data_received(None)  # type: ignore[arg-type]  # nothing else breaks it
        return web.Response()

    async with bare_site(break_parser) as (_, url):
        assert await ask(url, b"GET / HTTP/1.0\r\n\r\n") == b""
    assert [(line["event"], line["error_type"]) for line in lines_of(log)] == [
        ("unreadable_request", "TypeError")
    ]


@pytest.mark.parametrize("framing", [b"Content-Length: 100", b"Transfer-Encoding: chunked"])
async def test_a_client_that_leaves_halfway_is_no_fault_of_ours(
    site: PublicSite, log: io.StringIO, framing: bytes
) -> None:
    """F38: nothing is stored, a counter says so, and no error is logged."""
    async with connected(site.url) as (reader, writer):
        writer.write(
            b"POST /f/quiz HTTP/1.1\r\n%b\r\nExpect: 100-continue\r\n%b\r\n" % (framing, FORM_HEAD)
        )
        await reader.readuntil(b"\r\n\r\n")
        writer.close()
        while not log.getvalue():  # noqa: ASYNC110 - nothing of it is left to wait on
            await asyncio.sleep(0.01)
    (line,) = lines_of(log)
    assert (line["event"], line["level"], line["status"]) == ("request", "info", 400)
    assert refused(site.metrics, "client_left") == 1
    assert refused(site.metrics, "failed") is None
    assert await site.rows() == []


async def test_a_fault_outside_every_border_is_told_to_nobody(log: io.StringIO) -> None:
    async def break_down(request: web.Request) -> web.Response:
        raise RuntimeError(CANARY.decode())

    async with bare_site(break_down) as (runner, url):
        answer = await ask(url, b"GET / HTTP/1.0\r\n\r\n")
        assert refused(runner.app[METRICS], "failed") == 1
    assert b" 500 " in answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "failed"
    (line,) = lines_of(log)
    assert (line["level"], line["error_type"]) == ("error", "RuntimeError")
    assert str(line["place"]).endswith("break_down")
    assert CANARY.decode() not in log.getvalue()


async def test_a_refusal_outside_every_border_keeps_its_code() -> None:
    async def refuse(request: web.Request) -> web.Response:
        raise RefusedError(BAD_REQUEST)

    async with bare_site(refuse) as (_, url):
        assert b" 400 " in await ask(url, b"GET / HTTP/1.0\r\n\r\n")


def test_no_test_of_ours_uses_another_server_than_the_real_one() -> None:
    """SRV-12: aiohttp's own server for tests cancels handlers, production does not."""
    tests = Path(__file__).parents[2]
    other = re.compile(r"\b(?:TestServer|TestClient|aiohttp_client|aiohttp_server)\b")
    users = [
        str(path.relative_to(tests))
        for path in tests.rglob("*.py")
        if path != Path(__file__) and other.search(path.read_text())
    ]
    assert users == []


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket", b"tcp"])
@pytest.mark.parametrize("method", [b"GET", b"POST"])
async def test_who_wants_another_protocol_is_answered_in_this_one_and_that_is_the_end(
    site: PublicSite, method: bytes, protocol: bytes
) -> None:
    """The parser may swallow what comes with such a request, and nobody would answer it."""
    wish = FORM_HEAD + b"Connection: Upgrade\r\nUpgrade: %b\r\nContent-Length: 7\r\n" % protocol
    body = b"essay=x" if method == b"POST" else b"       "
    more = b"GET /f/quiz HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = await ask(site.url, b"%b /f/quiz HTTP/1.1\r\n%b\r\n%b" % (method, wish, body) + more)
    assert answer.startswith(b"HTTP/1.1 422 " if method == b"POST" else b"HTTP/1.1 200 ")
    assert answer.count(b"\r\nX-Request-Id: ") == 1
