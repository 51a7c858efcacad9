"""A disk that is slow or failed: submissions are refused, and the spool is closed all the same."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from service.observability.metrics import Metrics
from service.spool.limits import Limits
from service.spool.ports import Shortage, SpoolBroken, SpoolFull
from service.spool.spool import open_spool

WITHIN_SECONDS = 10


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        while not condition():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)


async def test_while_somebody_waits_too_long_for_the_disk_others_are_refused(
    spool_path: Path,
) -> None:
    async with open_spool(spool_path, Metrics(), Limits(oldest_seconds=0.05)) as spool:

        def shortage() -> Shortage | None:
            try:
                spool.check_room()
            except SpoolFull as error:
                return error.shortage
            return None

        assert shortage() is None
        goes_on = threading.Event()
        stuck = spool._writer.submit(goes_on.wait, writes=True)
        try:
            await until(lambda: shortage() is Shortage.DISK_TIME)
        finally:
            goes_on.set()
        await stuck
        await until(lambda: spool._writer.oldest_seconds == 0)
        assert shortage() is None


async def test_a_disk_that_failed_under_the_upkeep_is_told_of_by_the_spool_and_closed(
    spool_path: Path,
) -> None:
    def fail() -> None:
        raise apsw.IOError("disk I/O error")

    def watched() -> bool:
        return "spool_watch" in {task.get_name() for task in asyncio.all_tasks()}

    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        assert watched()
        with pytest.raises(SpoolBroken):
            await spool._writer.submit(fail, writes=True)
        await until(lambda: not watched())
        assert spool.broken.done()
    await until(lambda: "spool" not in {thread.name for thread in threading.enumerate()})
