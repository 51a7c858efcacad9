"""One write, sync, truncation or opening fails, whichever: nothing acknowledged is lost, and
nothing is acknowledged that is not there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from service.observability.metrics import Metrics
from service.spool.ports import SpoolBroken, SpoolFull
from service.spool.slot import SlotError
from service.spool.spool import open_spool
from tests.spool.failing_disk import FailingDisk, Operation, failing_disk
from tests.spool.witness import SMALL, Witness, missing_after_start

MOST = 200
MOST_STEPS = 120
STEPS_AFTER = 3


@pytest.fixture
def disk() -> Iterator[FailingDisk]:
    with failing_disk() as made:
        yield made


class Run:
    """One start on a disk where something fails, and what the spool said."""

    def __init__(self, path: Path, disk: FailingDisk) -> None:
        self._path = path
        self._disk = disk
        self.witness = Witness()
        self.refused = False
        self.broken = False
        self.started = False

    async def go(self) -> None:
        """Take, settle and checkpoint until a few steps after the fault, or to the end."""
        try:
            async with open_spool(self._path, Metrics(), SMALL) as spool:
                self.started = True
                left = STEPS_AFTER
                for step in range(MOST_STEPS):
                    made = self.witness.next_submission()
                    try:
                        await spool.put(made)
                        self.witness.taken(made)
                        if step % 4 == 0:
                            await self.witness.settle_some(spool, 3)
                        if step % 10 == 5:
                            await spool.upkeep.relieve()
                    except SpoolFull:
                        there = await spool.find(made.receipt) is not None
                        assert there == (made.receipt.bytes in self.witness.promises)
                        self.refused = True
                        await spool.upkeep.look()
                        spool.check_room()
                    except SpoolBroken:
                        self.broken = True
                        assert spool.broken.done()
                        with pytest.raises(SpoolBroken):
                            spool.check_room()
                        return
                    left -= self._disk.failed
                    if not left:
                        return
        except (apsw.Error, SlotError):
            assert not self.started

    async def lost(self) -> int:
        """Start again on a sound disk: how many promises are broken."""
        promises = list(self.witness.promises.values())
        return await missing_after_start(self._path, promises, self.witness.sent)


async def sweep(
    tmp_path: Path,
    disk: FailingDisk,
    operation: Operation,
    error: type[apsw.Error] = apsw.IOError,
) -> list[Run]:
    """A run for each n until one ends without that many operations."""
    runs: list[Run] = []
    for nth in range(1, MOST + 1):
        folder = tmp_path / str(nth)
        await asyncio.to_thread(folder.mkdir)
        run = Run(folder / "spool.db", disk)
        disk.fail(operation, nth, error)
        await run.go()
        disk.heal()
        if not disk.failed:
            break
        assert await run.lost() == 0, f"{operation} {nth}"
        runs.append(run)
    return runs


@pytest.mark.slow
@pytest.mark.parametrize("operation", [Operation.WRITE, Operation.SYNC])
async def test_an_operation_that_fails_ends_the_spool_and_a_restart_has_all_it_acknowledged(
    tmp_path: Path, disk: FailingDisk, operation: Operation
) -> None:
    """F7: each of the first 200, those of a start and of a checkpoint among them."""
    runs = await sweep(tmp_path, disk, operation)
    assert len(runs) == MOST
    assert all(run.broken for run in runs if run.started)


async def test_a_file_that_cannot_be_opened_is_no_start(tmp_path: Path, disk: FailingDisk) -> None:
    """F7: the journal's and the log's too."""
    runs = await sweep(tmp_path, disk, Operation.OPEN)
    assert len(runs) >= 3
    assert not any(run.started for run in runs)


@pytest.mark.parametrize("operation", [Operation.WRITE, Operation.SYNC])
async def test_after_a_failure_nothing_more_is_written_not_even_at_the_end(
    tmp_path: Path, disk: FailingDisk, operation: Operation
) -> None:
    """F7: a disk that failed may say of the next that it went well."""
    run = Run(tmp_path / "spool.db", disk)
    async with open_spool(tmp_path / "spool.db", Metrics(), SMALL) as spool:
        for _ in range(3):
            made = run.witness.next_submission()
            await spool.put(made)
            run.witness.taken(made)
        disk.fail(operation, 1, apsw.IOError)
        with pytest.raises(SpoolBroken):
            await spool.put(run.witness.next_submission())
    assert disk.done_since == []
    assert await run.lost() == 0


@pytest.mark.slow
async def test_a_file_that_cannot_be_cut_off_ends_the_spool(
    tmp_path: Path, disk: FailingDisk
) -> None:
    """F7: except at its end, when it makes no difference any more."""
    runs = await sweep(tmp_path, disk, Operation.TRUNCATE)
    assert any(run.broken for run in runs)
    assert all(run.broken or len(run.witness.sent) == MOST_STEPS for run in runs if run.started)


@pytest.mark.slow
async def test_a_write_without_room_refuses_its_group_and_the_next_is_taken(
    tmp_path: Path, disk: FailingDisk
) -> None:
    """F8: whichever of the first 200 writes, and without a restart where it had started."""
    runs = await sweep(tmp_path, disk, Operation.WRITE, apsw.FullError)
    assert len(runs) == MOST
    assert not any(run.broken for run in runs)
    assert sum(run.refused for run in runs) > MOST // 2
