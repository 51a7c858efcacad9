"""`/metrics` shows how near the service is to its bounds."""

import asyncio
import time
from pathlib import Path

from service.lifespan import run_beside
from service.observability.metrics import Metrics
from service.running.loop_lag import EVERY_SECONDS, watch_loop_lag
from service.spool.limits import Limits
from service.spool.spool import open_spool
from tests.spool.submissions import submission


def value(metrics: Metrics, name: str) -> float:
    found = metrics.registry.get_sample_value(f"formwell_{name}")
    assert found is not None
    return found


async def test_what_waits_for_the_disk_is_shown_beside_how_much_may(tmp_path: Path) -> None:
    metrics = Metrics()
    limits = Limits(live_bytes=70_000, waiting=50)
    async with open_spool(tmp_path / "spool.db", metrics, limits) as spool:
        putting = [
            asyncio.ensure_future(spool.put(submission(key=f"key-{number}"))) for number in range(3)
        ]
        # One turn of the loop: all of them have begun, and none was given to the thread yet.
        await asyncio.sleep(0)
        assert value(metrics, "commit_queue") == 3
        await asyncio.gather(*putting)
        assert value(metrics, "commit_queue") == 0
    assert value(metrics, "commit_queue_limit") == 50
    assert value(metrics, "spool_limit_bytes") == 70_000


async def test_a_loop_that_is_held_up_is_late_by_as_much() -> None:
    metrics = Metrics()
    async with run_beside(watch_loop_lag(metrics), "loop_lag"):
        await asyncio.sleep(0)
        time.sleep(3 * EVERY_SECONDS)  # noqa: ASYNC251 - it is the loop that is to be held up
        async with asyncio.timeout(10):
            while not value(metrics, "loop_lag_seconds_count"):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.01)
    assert value(metrics, "loop_lag_seconds_sum") > EVERY_SECONDS
