"""POST latencies of several services, measured in turn within one run, so that they compare."""

import asyncio
import secrets
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from tests.system.posts import FORM_PATH, post_of_a_program
from tests.system.service_process import ServiceProcess

ROUNDS = 12
AT_ONCE = 4
POSTS_OF_ONE = 20  # posts of each of the clients at once, one after the other, in each round

MOST_TIMES_SLOWER = 3.0
"""What a median may be of another one's before they count as different; machines are noisy."""


@dataclass(slots=True, kw_only=True)
class Station:
    """A service under one condition, and what was measured there."""

    name: str
    service: ServiceProcess
    seconds: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    readiness: set[int] = field(default_factory=set)
    posts: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.seconds, n=100)[98]


async def measure(stations: Sequence[Station], rounds: int = ROUNDS) -> None:
    """Rounds in turn, each beginning with another one, so that a slow moment meets them all."""
    for station in stations:
        await _one_round(station)
        station.seconds.clear()  # the first round warms up
    for number in range(rounds):
        turn = number % len(stations)
        for station in [*stations[turn:], *stations[:turn]]:
            await _one_round(station)


def assert_unaffected(stations: Sequence[Station]) -> None:
    """Everything was taken everywhere, and no station was slower than the first one."""
    for station in stations:
        assert station.statuses == {201}, station.name
        assert station.readiness == {200}, station.name
        assert station.median <= stations[0].median * MOST_TIMES_SLOWER, table(stations)


def table(stations: Sequence[Station]) -> str:
    """Milliseconds, side by side."""
    rows = [f"{'':24}{'posts':>8}{'median ms':>12}{'p99 ms':>10}"]
    rows += [
        f"{station.name:24}{len(station.seconds):8}"
        f"{station.median * 1000:12.2f}{station.p99 * 1000:10.2f}"
        for station in stations
    ]
    return "\n".join(rows) + "\n"


async def _one_round(station: Station) -> None:
    async with aiohttp.ClientSession(station.service.url) as session, asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(_one_client(station, session))
    async with aiohttp.request("GET", f"{station.service.internal_url}/readyz") as answer:
        station.readiness.add(answer.status)


async def _one_client(station: Station, session: aiohttp.ClientSession) -> None:
    for _ in range(POSTS_OF_ONE):
        post = post_of_a_program(f"Sega, says {secrets.token_hex(8)}", secrets.token_hex(16))
        started = time.perf_counter()
        async with session.post(FORM_PATH, data=post.body, headers=post.headers) as answer:
            await answer.read()
        station.seconds.append(time.perf_counter() - started)
        station.statuses.add(answer.status)
        station.posts += 1
