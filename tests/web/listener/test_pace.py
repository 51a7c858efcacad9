"""Those who are slow, on real sockets: the time is as in production, but each second is short."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from service.web.capacity import Capacity
from tests.web.listener.small_listener import greet, small_listener
from tests.web.observed import refused
from tests.web.public_site import open_public_site
from tests.web.raw import FORM_HEAD, ask, connected, read_to_the_end

HURRIED = Capacity(
    head_seconds=0.2,
    body_seconds=0.4,
    body_grace_seconds=0.2,
    answer_seconds=0.2,
    lingering_seconds=0.1,
)
BIG = bytes(32 * 1024 * 1024)  # more than the buffers of both ends hold


def head(length: int) -> bytes:
    return b"POST /f/quiz HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n" % (FORM_HEAD, length)


async def dribble(url: str, *sent: bytes, then: Iterable[int] = ()) -> bytes:
    """Send something, and then byte after byte; what is answered to the end of the connection."""
    async with connected(url) as (reader, writer):
        answer = asyncio.create_task(read_to_the_end(reader))
        for piece in (*sent, *(bytes([byte]) for byte in then)):
            with suppress(OSError):
                writer.write(piece)
                await writer.drain()
            await asyncio.wait({answer}, timeout=0.01)
            if answer.done():
                break
        return await answer


async def test_a_body_that_does_not_come_or_comes_byte_by_byte_gets_408(tmp_path: Path) -> None:
    """SRV-2: the body's deadline, and its rate; 2 dribbling clients are gone, nothing is stored."""
    async with open_public_site(tmp_path, capacity=HURRIED) as site:
        answers = await asyncio.gather(
            dribble(site.url, head(1_000), then=b"essay=" + b"x" * 994),
            dribble(site.url, head(1_000), then=b"essay=" + b"y" * 994),
            dribble(site.url, head(1_000)),
            dribble(site.url, head(1_000).replace(FORM_HEAD, b"Host: localhost\r\n"), then=b"z"),
        )
        assert [answer[9:12] for answer in answers] == [b"408", b"408", b"408", b"415"]
        assert all(b"\r\nConnection: close\r\n" in answer for answer in answers[:3])
        assert refused(site.metrics, "too_slow") == 3
        assert await site.rows() == []


async def test_a_body_that_comes_slowly_enough_is_taken(tmp_path: Path) -> None:
    """SRV-2: only what is too slow is refused, however small the pieces."""
    body = b"mail=a%40example.org&essay=" + b"x" * 13
    async with open_public_site(tmp_path, capacity=Capacity(body_grace_seconds=10.0)) as site:
        url = site.url
        closing = head(len(body)).replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        answer = await dribble(url, closing, then=body)
        assert answer.startswith(b"HTTP/1.1 303 ")
        assert len(await site.rows()) == 1


async def test_a_head_that_does_not_come_to_its_end_gets_408_first_or_later() -> None:
    """A head has 15 s from its first byte; who has sent none of it may wait, as browsers do."""
    async with (
        small_listener(greet, HURRIED) as listener,
        connected(listener.url) as (idle, quiet),
    ):
        for piece in (b"POST / HTTP/1.1\r\n", b"Host: x\r\nContent-Length: 2\r\n\r\n", b"a", b"b"):
            quiet.write(piece)  # head and body in pieces, and then nothing for long
            assert b" 200 " in await ask(listener.url, b"GET / HTTP/1.0\r\n\r\n")
        assert b" 200 " in await idle.readuntil(b"read 2")
        first, later = await asyncio.gather(
            dribble(listener.url, b"GET / HTTP/1.1\r\n", then=b"X-Slow: " + b"x" * 500),
            dribble(listener.url, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /"),
        )
        assert first.startswith(b"HTTP/1.0 408 ")
        assert json.loads(first.partition(b"\r\n\r\n")[2])["code"] == "too_slow"
        assert (later.count(b" 200 "), later.count(b" 408 ")) == (1, 1)
        assert refused(listener.metrics, "too_slow") == 2
        quiet.write(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 200 " in await idle.read()


async def test_who_does_not_read_its_answer_is_dropped_with_what_was_left_of_it() -> None:
    """A slow reader holds memory, and no place among the requests that are answered."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=BIG)

    async with (
        small_listener(answer, HURRIED) as listener,
        connected(listener.url) as (reader, writer),
    ):
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport has it
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        while not listener.dropped("unread"):  # noqa: ASYNC110 - a counter is no event
            await asyncio.sleep(0.01)
        received = 0
        writer.transport.resume_reading()  # type: ignore[attr-defined]  # as above
        with suppress(ConnectionError):
            while piece := await reader.read(2**20):
                received += len(piece)
        assert received < len(BIG)
