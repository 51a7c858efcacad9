"""What a POST takes does not depend on the store: there, away, or hanging, side by side."""

import asyncio
import secrets
import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from tests.system.form_folder import write_form
from tests.system.hanging_store import hanging_store
from tests.system.ports import closed_url
from tests.system.posts import FORM_PATH, post_of_a_program
from tests.system.service_process import ServiceProcess, running_service
from tests.system.store_view import StoreView

pytestmark = pytest.mark.slow

ROUNDS = 12
AT_ONCE = 4
POSTS_OF_ONE = 20  # posts of each of the clients at once, one after the other, in each round
MOST_TIMES_SLOWER = 3.0


@dataclass(slots=True, kw_only=True)
class Station:
    """A service with one kind of store, and what was measured there."""

    name: str
    service: ServiceProcess
    seconds: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    readiness: set[int] = field(default_factory=set)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.seconds, n=100)[98]


async def test_a_post_takes_what_it_takes_whether_the_store_is_there_away_or_hanging(
    opensearch_url: str,
    index: str,
    store_view: StoreView,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    forms = write_form(tmp_path / "forms", index)
    async with hanging_store() as hanging_url:
        with ExitStack() as stack:
            stations = [
                Station(
                    name=name,
                    service=stack.enter_context(
                        running_service(tmp_path / name, {"STORE_URL": url, "FORMS_DIR": forms})
                    ),
                )
                for name, url in (
                    ("reachable", opensearch_url),
                    ("unreachable", closed_url()),
                    ("hanging", hanging_url),
                )
            ]
            await measure(stations)
            codes = [await asyncio.to_thread(station.service.terminate) for station in stations]
    with capsys.disabled():
        sys.stdout.write("\n" + table(stations))
    reachable = stations[0]
    assert await store_view.documents(), "the reachable store got nothing"
    for station in stations:
        assert station.statuses == {201}, station.name
        assert station.readiness == {200}, station.name
        assert station.median <= reachable.median * MOST_TIMES_SLOWER, table(stations)
    assert codes == [0, 0, 0]


async def measure(stations: list[Station]) -> None:
    """Rounds in turn, each beginning with another one, so that a slow moment meets them all."""
    for station in stations:
        await one_round(station)
        station.seconds.clear()  # the first round warms up
    for number in range(ROUNDS):
        turn = number % len(stations)
        for station in stations[turn:] + stations[:turn]:
            await one_round(station)


async def one_round(station: Station) -> None:
    async with aiohttp.ClientSession(station.service.url) as session, asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(one_client(station, session))
    async with aiohttp.request("GET", f"{station.service.internal_url}/readyz") as answer:
        station.readiness.add(answer.status)


async def one_client(station: Station, session: aiohttp.ClientSession) -> None:
    for _ in range(POSTS_OF_ONE):
        post = post_of_a_program(f"Sega, says {secrets.token_hex(8)}", secrets.token_hex(16))
        started = time.perf_counter()
        async with session.post(FORM_PATH, data=post.body, headers=post.headers) as answer:
            await answer.read()
        station.seconds.append(time.perf_counter() - started)
        station.statuses.add(answer.status)


def table(stations: list[Station]) -> str:
    """Milliseconds, side by side."""
    rows = [f"{'store':12}{'posts':>8}{'median ms':>12}{'p99 ms':>10}"]
    rows += [
        f"{station.name:12}{len(station.seconds):8}"
        f"{station.median * 1000:12.2f}{station.p99 * 1000:10.2f}"
        for station in stations
    ]
    return "\n".join(rows) + "\n"
