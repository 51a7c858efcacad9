"""A spool with very many rows: the start, the memory and the answers are as with an empty one.

`make backlog ROWS=1000000` measures a million, and prints what it measured.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.system.form_folder import write_form
from tests.system.polling import until
from tests.system.ports import closed_url
from tests.system.resources import resources_of
from tests.system.service_process import ServiceProcess, running_service
from tests.system.side_by_side import Station, measure, table
from tests.system.status_page import read_status

pytestmark = pytest.mark.slow

INDEX = "big_survey"
MANY = int(os.environ.get("FORMWELL_TESTS_BACKLOG_ROWS", "200000"))
FEW = MANY // 10

MIB = 1024**2
MOST_BYTES = 300 * MIB
MOST_GROWTH_BYTES = 30 * MIB
START_WITHIN_SECONDS = 10.0  # on a machine busy with other things; alone it takes one or two
MOST_TIMES_SLOWER = 20.0  # with the store taking all it can get at the same time; see the table
DRAIN_WITHIN_SECONDS = MANY / 1_000


@pytest.fixture(scope="module")
def backlogs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Spool files with few rows, and with many."""
    made = {}
    for rows in (FEW, MANY):
        made[rows] = tmp_path_factory.mktemp("backlog") / "spool.db"
        subprocess.run(
            [sys.executable, "-m", "tests.spool.backlog", made[rows], str(rows), INDEX], check=True
        )
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A service that was started on a spool file with this many rows."""

    service: ServiceProcess
    seconds_to_ready: float

    def peak_bytes(self) -> int:
        return resources_of(self.service.process_id).peak_bytes

    def pending(self) -> int:
        rows = read_status(self.service)["spool"]["pending"]["rows"]
        assert isinstance(rows, int)
        return rows


def start(stack: ExitStack, folder: Path, backlog: Path | None, store_url: str) -> Loaded:
    """Start a service on a copy of this spool file, or on none."""
    if backlog is not None:
        slot = folder / "data" / "slot-0"
        slot.mkdir(parents=True)
        shutil.copy(backlog, slot / "spool.db")
        with (slot / "spool.db").open("rb") as copied:
            os.fsync(copied.fileno())  # or the service's first commit would wait for our copying
    settings = {"STORE_URL": store_url, "FORMS_DIR": write_form(folder / "forms", INDEX)}
    started = time.monotonic()
    service = stack.enter_context(running_service(folder, settings))
    return Loaded(service=service, seconds_to_ready=time.monotonic() - started)


def report(capsys: pytest.CaptureFixture[str], *lines: str) -> None:
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")


async def test_memory_does_not_grow_with_the_backlog_and_all_of_it_is_delivered(
    backlogs: dict[int, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    peaks, lines = {}, []
    for rows, backlog in backlogs.items():
        with ExitStack() as stack:
            loaded = start(stack, tmp_path / str(rows), backlog, "null:")
            started = time.monotonic()

            async def drained(loaded: Loaded = loaded) -> bool:
                return await asyncio.to_thread(loaded.pending) == 0

            await until(
                drained, within_seconds=DRAIN_WITHIN_SECONDS, hoping_for="the backlog delivered"
            )
            seconds = time.monotonic() - started
            peaks[rows] = loaded.peak_bytes()
            assert loaded.seconds_to_ready < START_WITHIN_SECONDS
            assert loaded.service.terminate() == 0
        lines.append(
            f"{rows:9} rows: ready after {loaded.seconds_to_ready:.2f} s, drained in {seconds:.1f} "
            f"s ({rows / seconds:.0f}/s), at most {peaks[rows] / MIB:.0f} MiB"
        )
    report(capsys, *lines)
    assert peaks[MANY] < MOST_BYTES
    assert peaks[MANY] - peaks[FEW] < MOST_GROWTH_BYTES


async def test_answers_are_as_quick_as_ever_while_a_backlog_waits_or_drains(
    backlogs: dict[int, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """F14: new submissions are taken whatever waits."""
    with ExitStack() as stack:
        stations, started = [], []
        for name, backlog, store_url in (
            ("empty", None, "null:"),
            ("backlog waits", backlogs[MANY], closed_url()),
            ("backlog drains", backlogs[MANY], "null:"),
        ):
            loaded = start(stack, tmp_path / name, backlog, store_url)
            stations.append(Station(name=name, service=loaded.service))
            started.append(loaded)
        await measure(stations[:2], rounds=4)
        await measure(stations[2:], rounds=4)
        still_draining = started[2].pending() > 0
        peaks = [loaded.peak_bytes() for loaded in started]
        report(
            capsys,
            f"beside {MANY} rows, which still drained at the end: {still_draining}",
            table(stations) + f"MiB at most: {[peak // MIB for peak in peaks]}",
        )
        for station, peak in zip(stations, peaks, strict=True):
            assert station.statuses == {201}, station.name
            assert station.readiness == {200}, station.name
            assert station.median < stations[0].median * MOST_TIMES_SLOWER, table(stations)
            assert peak < MOST_BYTES
        assert started[1].pending() >= MANY
