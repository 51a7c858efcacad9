"""Those who come back at once when they were told to come back later."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from service.web.capacity import Capacity
from service.web.exchange import Exchange
from service.web.fast_path.fast_path import FAST_PATH, FastPath
from tests.web.bad_input.wire import post
from tests.web.fast_path.twins import read_answer
from tests.web.observed import refused
from tests.web.public_site import PublicSite, open_public_site
from tests.web.raw import connected

ANSWERS = post(b"essay=Sega&mail=a%40example.org", target=b"/f/quiz")


REFUSING = Capacity(most_requests=0, most_refusals_per_second=1)


@pytest.fixture
async def full(tmp_path: Path) -> AsyncIterator[PublicSite]:
    """A site without room, and with hardly any time for saying so."""
    async with open_public_site(tmp_path, capacity=REFUSING) as site:
        yield site


async def test_who_insists_is_not_read_for_a_moment_and_others_are_answered_meanwhile(
    full: PublicSite,
) -> None:
    """SRV-3: or those who insist would take the time of those who are let in."""
    async with connected(full.url) as (insisting, to_it), connected(full.url) as (other, to_other):
        to_it.write(ANSWERS)
        assert b" 503 " in (await read_answer(insisting)).status
        to_it.write(ANSWERS)
        again = asyncio.create_task(read_answer(insisting))
        await asyncio.sleep(0.05)
        to_other.write(ANSWERS)
        assert b" 503 " in (await read_answer(other)).status
        assert not again.done()
        assert refused(full.metrics, "busy") == 2
        assert b" 503 " in (await again).status
        assert refused(full.metrics, "busy") == 3


async def test_who_leaves_while_it_is_not_read_is_gone_soon(full: PublicSite) -> None:
    """SRV-3: within the second for which it was told to wait."""
    connections = full.metrics.registry.get_sample_value
    async with connected(full.url) as (reader, writer):
        writer.write(ANSWERS)
        await read_answer(reader)
    async with asyncio.timeout(5):
        while connections("formwell_connections", {"listener": "public"}):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.01)


async def test_while_they_rest_they_are_counted_as_those_who_come_back(tmp_path: Path) -> None:
    """So many find room again, or all of it is not enough for them either."""
    seen = []

    class Watching(FastPath):
        def take(self, exchange: Exchange, *request: Any) -> bool:
            seen.append(exchange.in_flight)
            return super().take(exchange, *request)

    def watch(app: web.Application) -> None:
        app[FAST_PATH] = Watching(app)

    async with open_public_site(tmp_path, capacity=REFUSING, adapt=watch) as site:
        for count in (1, 2):
            async with connected(site.url) as (reader, writer):
                writer.write(ANSWERS)
                await read_answer(reader)
            assert seen[0].resting == count
        async with asyncio.timeout(5):
            while seen[0].resting:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.01)


async def test_an_end_of_the_service_does_not_wait_for_it(tmp_path: Path) -> None:
    async with open_public_site(tmp_path, capacity=REFUSING) as site:
        reader, writer = await asyncio.open_connection(*site.url.removeprefix("http://").split(":"))
        writer.write(ANSWERS)
        await read_answer(reader)
    assert await reader.read() == b""
    writer.close()
