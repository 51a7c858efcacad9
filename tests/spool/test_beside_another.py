"""Another process is at the spool file: a shell, or something that makes backups."""

from pathlib import Path

from service.observability.metrics import Metrics
from service.spool.limits import Limits
from service.spool.ports import State
from service.spool.spool import open_spool
from tests.spool.locked_log import Lock, held_by_another
from tests.spool.submissions import submission

# So small that the log is long after a few commits.
LIMITS = Limits(reserve_bytes=0)
ENOUGH = 40


async def test_a_checkpoint_of_another_process_is_no_failed_disk(spool_path: Path) -> None:
    async with open_spool(spool_path, Metrics(), LIMITS) as spool:
        await spool.put(submission())
        async with held_by_another(spool_path, Lock.CHECKPOINT):
            for number in range(ENOUGH):
                await spool.put(submission("x" * 3_000, key=f"long-{number}"))
        await spool.put(submission(key="last"))
        assert not spool.broken.done()
        assert spool.totals[State.PENDING].rows == ENOUGH + 2
