"""REL-17: whatever breaks, each receipt is in the store once, and nothing nobody sent.

`make torture` is the longer run, with a SEED; the same seed breaks the same things again.
"""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.system import slow_disk_service
from tests.system.clients import Load, send_load
from tests.system.form_folder import write_form
from tests.system.history import Event, Kind, count, find_faults, find_refusals
from tests.system.jumping_clock import JumpingClock
from tests.system.polling import until
from tests.system.service_process import ServiceProcess, running_service
from tests.system.status_page import row_counts
from tests.system.store_view import StoreView
from tests.system.torture.faulty_proxy import faulty_proxy
from tests.system.torture.nemesis import Nemesis
from tests.system.torture.record import tell, write_history
from tests.system.torture.schedule import own_share

pytestmark = pytest.mark.slow

SEEDS = [int(seed) for seed in os.environ.get("FORMWELL_TESTS_TORTURE_SEEDS", "1 2 3").split()]
SECONDS = float(os.environ.get("FORMWELL_TESTS_TORTURE_SECONDS", "20"))
PER_SECOND = 50.0
DRAIN_WITHIN_SECONDS = 120.0

# So long, from the answer on, is what was answered before its commit not on the disk. On a quick
# one no SIGKILL comes in time to tell.
COMMIT_SECONDS = 0.02
SERVICE = (sys.executable, "-m", "service", "serve")

# Reading the offset for each look at the clock takes more time than all the service does.
ALWAYS = "FAKETIME_NO_CACHE=1"
ONCE_A_SECOND = "FAKETIME_CACHE_DURATION=1"


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_receipt_is_in_the_store_once_whatever_broke(
    seed: int,
    opensearch_url: str,
    index: str,
    store_view: StoreView,
    tmp_path: Path,
) -> None:
    """F14, F16, F17 and F36: with kills and stops, in an order that a seed chooses."""
    history: list[Event] = []
    clock = JumpingClock(tmp_path)
    load = Load(
        name=f"Genesis “{seed}” 🎮", submissions=round(SECONDS * PER_SECOND), per_second=PER_SECOND
    )
    async with faulty_proxy(opensearch_url) as proxy:
        forms = write_form(tmp_path / "forms", index)
        settings = {"STORE_URL": proxy.url, "FORMS_DIR": forms}
        on_clock = [ONCE_A_SECOND if part == ALWAYS else part for part in clock.command]
        command = [*on_clock[: -len(SERVICE)], *slow_disk_service.command(COMMIT_SECONDS)]
        with running_service(tmp_path, settings, command=command) as service:
            nemesis = Nemesis(service, clock, proxy, store_view, history)
            try:
                async with asyncio.TaskGroup() as tasks:
                    breaking = tasks.create_task(nemesis.run(seed, SECONDS))
                    tasks.create_task(send_while(breaking, service.url, load, history))
                await until_drained(service)
                assert await asyncio.to_thread(service.terminate) == 0
                async with proxy.closed():
                    documents = {*nemesis.lost, *await store_view.documents()}
                faults = [*find_refusals(history), *find_faults(history, [*documents])]
            except BaseException as error:
                faults = [f"the run ended early: {error!r}"]
                raise
            finally:
                kept = tmp_path / "history.jsonl"
                write_history(kept, history)
                done = [*nemesis.done, *(f"met by no bulk: {kind}" for kind in nemesis.not_met())]
                sys.stdout.write(f"\n{tell(seed, SECONDS, done, faults, kept)}\n")
    assert faults == []
    assert nemesis.not_met(own_share(seed)) == [], "the seed's own share was not had"
    assert count(history, Kind.OK) > load.submissions / 2
    assert load.name not in service.log_text(), "an answer is in the log"


async def send_while(
    breaking: asyncio.Task[None], url: str, load: Load, history: list[Event]
) -> None:
    """Send this load, and after it more of its like until there is nothing more to break."""
    await send_load(url, load, history)
    seconds_more = 0
    while not breaking.done():
        seconds_more += 1
        more = replace(load, name=f"{load.name} + {seconds_more}", submissions=round(PER_SECOND))
        await send_load(url, more, history)


async def until_drained(service: ServiceProcess) -> None:
    """Wait until nothing waits any more. Raises TimeoutError, and AssertionError if a row died."""

    async def drained() -> bool:
        pending, _, dead = await row_counts(service)
        assert dead == 0, "all of it may pass, and a row was set aside"
        return pending == 0

    await until(drained, within_seconds=DRAIN_WITHIN_SECONDS, hoping_for="nothing left to deliver")
