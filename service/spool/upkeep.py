"""What the spool does beside its work: forget what is old, and give room back to the disk."""

import asyncio
import time
from contextlib import suppress

from service.spool.file import SpoolFile
from service.spool.limits import Limits
from service.spool.ports import SpoolFull
from service.spool.writer import Writer

PURGE_ROWS = 1_000
SHRINK_PAGES = 1_000
PURGE_EVERY_SECONDS = 30.0
WATCH_EVERY_SECONDS = 1.0


class Upkeep:
    """Jobs for the writer, each small enough that commits do not wait long for it.

    All raise SpoolBroken when the disk failed, and SpoolFull when there was no room for them.
    """

    def __init__(self, file: SpoolFile, writer: Writer, limits: Limits) -> None:
        self._file = file
        self._writer = writer
        self._limits = limits

    async def purge_for_ever(self) -> None:
        """Forget delivered rows that are old or too many, a few at a time."""
        while True:
            await asyncio.sleep(PURGE_EVERY_SECONDS)
            with suppress(SpoolFull):
                while await self.purge() == PURGE_ROWS:
                    pass
                await self.shrink()

    async def watch_disk_for_ever(self) -> None:
        """See how much is free, and make room while that is too little."""
        while True:
            await asyncio.sleep(WATCH_EVERY_SECONDS)
            with suppress(SpoolFull):
                await self.look()
                while self._file.disk.state.tight and await self.relieve():
                    await self.look()

    async def look(self) -> None:
        """See how much of the disk is free."""
        await self._writer.submit(self._file.disk.look, writes=False)

    async def purge(self) -> int:
        """Forget up to PURGE_ROWS delivered rows that are past their time; how many there were."""
        return await self._writer.submit(
            lambda: self._file.rows.purge(
                finished_before_ms=int((time.time() - self._limits.remember_seconds) * 1000),
                most_bytes=self._limits.remember_bytes,
                most_rows=PURGE_ROWS,
            ),
            writes=True,
        )

    async def shrink(self) -> None:
        """Give up to SHRINK_PAGES pages that are free back to the disk."""
        await self._writer.submit(lambda: self._file.rows.shrink(SHRINK_PAGES), writes=True)

    async def relieve(self) -> bool:
        """One step where the disk is tight: give free pages back. Where there are none and it is
        full, forget the oldest delivered rows. Whether there was anything to give."""
        gave = await self._writer.submit(self._relieve, writes=True)
        await self._writer.submit(self._file.connection.checkpoint, writes=False)
        return gave

    def _relieve(self) -> bool:
        disk, rows = self._file.disk, self._file.rows
        pages = disk.burst_pages // 2
        if rows.shrink(pages):
            return True
        return disk.state.full and rows.purge(most_bytes=0, most_rows=pages) > 0
