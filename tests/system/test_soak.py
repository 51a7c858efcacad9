"""REL-18, scaled down: some time under load with the store away in the middle.

`make soak SECONDS=60` is the longer run; it prints what it measured.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.system.accepting_store import accepting_store
from tests.system.clients import Load, send_load
from tests.system.form_folder import write_form
from tests.system.history import Event, Kind, count
from tests.system.polling import until
from tests.system.resources import Resources, resources_of
from tests.system.service_process import ServiceProcess, running_service
from tests.system.status_page import read_status

pytestmark = pytest.mark.slow

SECONDS = float(os.environ.get("FORMWELL_TESTS_SOAK_SECONDS", "12"))
PER_SECOND = 100.0
CLIENTS = 20
OUTAGE_SECONDS = SECONDS / 4

MIB = 1024**2
MOST_WAL_BYTES = 64 * MIB
MOST_GROWTH_BYTES = 16 * MIB  # from the second quarter to the last; Python's heap takes its time
SPARE_DESCRIPTORS = 2 * CLIENTS  # clients come and go
LEAST_DRAIN_SECONDS = 10.0  # a probe every 5 s, however short the outage was


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The service at one moment, in seconds since the load began."""

    at: float
    resources: Resources
    wal_bytes: int


@asynccontextmanager
async def sampled(service: ServiceProcess, wal: Path) -> AsyncIterator[Sequence[Sample]]:
    """Samples of the service, twice a second, for as long as the block."""
    samples: list[Sample] = []
    started = time.monotonic()

    async def look() -> None:
        while True:
            samples.append(
                Sample(
                    at=time.monotonic() - started,
                    resources=await asyncio.to_thread(resources_of, service.process_id),
                    wal_bytes=await asyncio.to_thread(_size, wal),
                )
            )
            await asyncio.sleep(0.5)

    async with asyncio.TaskGroup() as tasks:
        looking = tasks.create_task(look())
        yield samples
        looking.cancel()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def quarter(samples: Sequence[Sample], number: int) -> Sequence[Sample]:
    """One of the four parts of the time of the load."""
    length = SECONDS / 4
    return [sample for sample in samples if number * length <= sample.at < (number + 1) * length]


async def test_memory_descriptors_and_log_stay_bounded_and_an_outage_is_made_up_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """F14: the store is away for a while; all is taken meanwhile and delivered soon after."""
    history: list[Event] = []
    load = Load(
        name="Soak",
        clients=CLIENTS,
        submissions=round(SECONDS * PER_SECOND),
        per_second=PER_SECOND,
    )
    forms = write_form(tmp_path / "forms", "soak")
    async with accepting_store() as store:
        settings = {"STORE_URL": store.url, "FORMS_DIR": forms}
        with running_service(tmp_path, settings) as service:

            async def delivered() -> bool:
                waiting = await asyncio.to_thread(read_status, service)
                receipts = {event.receipt for event in history if event.receipt}
                return receipts <= store.ids and waiting["spool"]["pending"]["rows"] == 0

            store.come_back()
            wal = tmp_path / "data" / "slot-0" / "spool.db-wal"
            async with sampled(service, wal) as samples, asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(send_load(service.url, load, history))
                await asyncio.sleep(SECONDS / 4)
                store.go_away()
                await asyncio.sleep(OUTAGE_SECONDS)
                away = {event.receipt for event in history if event.receipt}
                store.come_back()
                back_at = time.monotonic()

                async def made_up_for() -> bool:
                    return away <= store.ids

                within = max(2 * OUTAGE_SECONDS, LEAST_DRAIN_SECONDS)
                await until(made_up_for, within_seconds=within, hoping_for="the backlog delivered")
                drained_seconds = time.monotonic() - back_at
                await sending
            await until(delivered, within_seconds=60, hoping_for="everything delivered")
            assert await asyncio.to_thread(service.terminate) == 0
    begin, end = quarter(samples, 1), quarter(samples, 3)
    growth = statistics.median(one.resources.resident_bytes for one in end) - statistics.median(
        one.resources.resident_bytes for one in begin
    )
    most_wal = max(sample.wal_bytes for sample in samples)
    descriptors = [sample.resources.descriptors for sample in samples]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{SECONDS:.0f} s at {PER_SECOND:.0f}/s, the store away for {OUTAGE_SECONDS:.0f} s: "
            f"{len(away)} receipts by then, made up for in {drained_seconds:.1f} s\n"
            f"memory {end[-1].resources.resident_bytes / MIB:.0f} MiB, {growth / MIB:+.1f} MiB in "
            f"{SECONDS / 2:.0f} s; log at most {most_wal / MIB:.1f} MiB; descriptors "
            f"{min(descriptors)} to {max(descriptors)}\n"
        )
    assert count(history, Kind.FAIL) == count(history, Kind.INFO) == 0
    assert growth < MOST_GROWTH_BYTES
    assert most_wal < MOST_WAL_BYTES
    assert max(descriptors) - min(descriptors) < SPARE_DESCRIPTORS
