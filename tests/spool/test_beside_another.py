"""Another process is at the spool file: a shell, or something that makes backups."""

import asyncio
from pathlib import Path

import pytest
import structlog

from service.observability.metrics import Metrics
from service.spool.limits import Limits
from service.spool.ports import Ack, Shortage, SpoolFull, State
from service.spool.spool import open_spool
from tests.spool.locked_log import Lock, held_by_another
from tests.spool.submissions import submission

# So small that the log is long after a few commits.
LIMITS = Limits(reserve_bytes=0)
ENOUGH = 40
WITHIN_SECONDS = 30


async def test_a_checkpoint_of_another_process_is_no_failed_disk(spool_path: Path) -> None:
    async with open_spool(spool_path, Metrics(), LIMITS) as spool:
        await spool.put(submission())
        async with held_by_another(spool_path, Lock.CHECKPOINT):
            for number in range(ENOUGH):
                await spool.put(submission("x" * 3_000, key=f"long-{number}"))
        await spool.put(submission(key="last"))
        assert not spool.broken.done()
        assert spool.totals[State.PENDING].rows == ENOUGH + 2


async def test_another_program_that_writes_is_waited_for_and_no_broken_disk(
    spool_path: Path, logs: list[structlog.typing.EventDict]
) -> None:
    """Submissions are refused meanwhile; what is accepted is settled when it has gone."""
    async with open_spool(spool_path, Metrics(), Limits(oldest_seconds=0.1)) as spool:
        await spool.put(submission())
        batch = await spool.claim("quiz-answers", most_rows=10, most_bytes=1_000_000)
        async with held_by_another(spool_path, Lock.WRITE):
            settling = asyncio.create_task(spool.settle([Ack(seq=row.seq) for row in batch.rows]))
            for _ in range(2):
                with pytest.raises(SpoolFull) as refused:
                    await spool.put(submission(key="refused"))
                assert refused.value.shortage is Shortage.DISK_TIME
            assert await spool.find(submission().receipt) is not None, "who reads need not wait"
        async with asyncio.timeout(WITHIN_SECONDS):
            await settling
        await spool.put(submission(key="refused"))
        assert not spool.broken.done()
        assert spool.totals[State.DELIVERED].rows == 1
        assert spool.totals[State.PENDING].rows == 1
    told = [line["event"] for line in logs if line["event"].startswith("spool_")]
    assert told == ["spool_locked", "spool_unlocked"]
