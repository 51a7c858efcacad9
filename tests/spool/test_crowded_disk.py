"""No room on the disk is back-pressure: what was accepted is settled, and a start goes on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.observability.metrics import Metrics
from service.spool.limits import Limits
from service.spool.ports import Ack, Retry, Shortage, SpoolFull, State
from service.spool.slot import SlotError
from service.spool.spool import open_spool
from tests.spool.crowded_disk import CrowdedDisk, crowded_disk
from tests.spool.submissions import submission

INDEX = "quiz-answers"
WITHIN_SECONDS = 30


@pytest.fixture
def disk() -> Iterator[CrowdedDisk]:
    with crowded_disk() as made:
        yield made


@pytest.fixture
def reserve(spool_path: Path) -> Path:
    return spool_path.with_name("reserve")


async def test_a_settlement_that_finds_no_room_has_that_of_the_reserve(
    disk: CrowdedDisk, spool_path: Path, reserve: Path
) -> None:
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        await asyncio.gather(*(spool.put(submission(key=f"key-{n}")) for n in range(50)))
        batch = await spool.claim(INDEX, most_rows=100, most_bytes=1_000_000)
        disk.is_full = lambda _name, _end: reserve.exists()
        async with asyncio.timeout(WITHIN_SECONDS):
            await spool.settle([Ack(seq=row.seq) for row in batch.rows])
        assert spool.totals[State.PENDING].rows == 0
        assert spool.totals[State.DELIVERED].rows == 50
        with pytest.raises(SpoolFull) as refused:
            spool.check_room()
        assert refused.value.shortage is Shortage.DISK_ROOM


async def test_a_settlement_that_is_too_large_for_the_room_is_written_in_pieces(
    disk: CrowdedDisk, spool_path: Path
) -> None:
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        essay = "x" * 1_000
        await asyncio.gather(*(spool.put(submission(essay, key=f"key-{n}")) for n in range(400)))
        batch = await spool.claim(INDEX, most_rows=1_000, most_bytes=1_000_000)
        disk.is_full = lambda name, end: name.endswith("-wal") and end > 200_000
        async with asyncio.timeout(WITHIN_SECONDS):
            await spool.settle([Ack(seq=row.seq) for row in batch.rows])
        assert spool.totals[State.DELIVERED].rows == 400


async def test_a_put_that_finds_no_room_is_refused_and_leaves_no_row(
    disk: CrowdedDisk, spool_path: Path
) -> None:
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        await spool.put(submission(key="before"))
        disk.is_full = lambda _name, _end: True
        with pytest.raises(SpoolFull):
            await spool.put(submission(key="refused"))
        disk.is_full = lambda _name, _end: False
        assert await spool.find(submission(key="refused").receipt) is None
        await spool.upkeep.look()
        await spool.put(submission(key="refused"))
        assert spool.totals[State.PENDING].rows == 2


async def test_a_start_on_a_full_disk_writes_nothing_and_everything_is_due(
    disk: CrowdedDisk, spool_path: Path
) -> None:
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        await asyncio.gather(*(spool.put(submission(key=f"key-{n}")) for n in range(2)))
        batch = await spool.claim(INDEX, most_rows=10, most_bytes=1_000_000)
        await spool.settle([Retry(seq=batch.rows[0].seq, delay_seconds=3_600)])
    disk.is_full = lambda _name, _end: True
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        assert await spool.arrivals() == {INDEX}
        batch = await spool.claim(INDEX, most_rows=10, most_bytes=1_000_000)
        assert {row.seq for row in batch.rows} == {1, 2}


async def test_a_start_that_has_to_write_has_the_room_of_the_reserve(
    disk: CrowdedDisk, spool_path: Path, reserve: Path
) -> None:
    await asyncio.to_thread(reserve.write_bytes, b"x" * 100_000)
    disk.is_full = lambda _name, _end: reserve.exists()
    async with open_spool(spool_path, Metrics(), Limits()):
        pass


async def test_a_start_that_has_to_write_and_cannot_says_that_the_disk_is_full(
    disk: CrowdedDisk, spool_path: Path
) -> None:
    disk.is_full = lambda _name, _end: True
    with pytest.raises(SlotError, match="is full: free some space"):
        async with open_spool(spool_path, Metrics(), Limits()):
            pytest.fail("there is no room for the tables")


async def test_a_quota_that_is_used_up_is_a_full_disk_and_no_broken_one(
    disk: CrowdedDisk, spool_path: Path, reserve: Path
) -> None:
    """F8: what is accepted is settled with the room of the reserve, and taking goes on after it."""
    disk.by_quota = True
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        await spool.put(submission(key="before"))
        batch = await spool.claim(INDEX, most_rows=10, most_bytes=1_000_000)
        disk.is_full = lambda _name, _end: reserve.exists()
        async with asyncio.timeout(WITHIN_SECONDS):
            await spool.settle([Ack(seq=row.seq) for row in batch.rows])
        await spool.upkeep.look()
        assert not spool.disk.full, "the reserve can be taken again"
        disk.is_full = lambda _name, _end: True
        with pytest.raises(SpoolFull):
            await spool.put(submission(key="refused"))
        disk.is_full = lambda _name, _end: False
        await spool.upkeep.look()
        await spool.put(submission(key="refused"))
        assert not spool.broken.done()
        assert spool.totals[State.DELIVERED].rows == 1
        assert spool.totals[State.PENDING].rows == 1
