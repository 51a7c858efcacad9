"""Heads of very many bytes, of which each line is one that is taken."""

import asyncio

from service.web.capacity import Capacity
from tests.web.listener.small_listener import Gate, small_listener
from tests.web.observed import refused
from tests.web.public_site import PublicSite
from tests.web.raw import connected, read_to_the_end

LINES = b"X: %b\r\n" % (b"x" * 16_000) * 5


async def test_a_head_takes_no_more_than_its_share_of_the_memory(site: PublicSite) -> None:
    """SRV-3: 4,000 times all the lines that there may be would be gigabytes."""
    async with connected(site.url) as (reader, writer):
        writer.write(b"GET /f/quiz HTTP/1.1\r\nHost: localhost\r\n" + LINES)
        answer = await read_to_the_end(reader)
    assert answer.startswith(b"HTTP/1.0 400 ")
    assert refused(site.metrics, "bad_request") == 1


async def test_a_head_that_grows_behind_another_request_ends_only_itself() -> None:
    """SRV-3: pipelined, it is not read before its turn, and not kept until then either."""
    gate = Gate()
    async with (
        small_listener(gate.keep, Capacity()) as listener,
        connected(listener.url) as (reader, writer),
    ):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await gate.until_waiting(1)
        writer.write(b"GET / HTTP/1.1\r\n" + LINES)
        while not gate.waiting[0].protocol._close:  # noqa: ASYNC110 - it is no event
            await asyncio.sleep(0.002)
        gate.opened.set()
        answer = await read_to_the_end(reader)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.") == len(gate.waiting) == 1
