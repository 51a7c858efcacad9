"""What a person may ask of the dead letters of an open spool, in steps that let others in between.

Each step is a transaction of its own, so commits of submissions never wait long for it.
"""

import time
from collections.abc import Callable

from service.spool.file import SpoolFile
from service.spool.limits import Limits
from service.spool.ports import Leave
from service.spool.selection import BEFORE_ALL, EVERY_ONE, Position, Selection, Step
from service.spool.writer import Writer

STEP_ROWS = 500
ALLOWED_SECONDS = 3600.0


class DeadLetters:
    """Jobs for the writer. All raise SpoolBroken when the disk failed, and SpoolFull when there
    was no room for them."""

    def __init__(
        self,
        file: SpoolFile,
        writer: Writer,
        limits: Limits,
        check_usable: Callable[[], None],
        announce: Callable[[set[str]], None],
    ) -> None:
        self._file = file
        self._writer = writer
        self.limit_bytes = limits.dead_bytes
        self._check_usable = check_usable
        self._announce = announce
        self._allowed_until: dict[str, float] = {}

    async def requeue(self, selection: Selection = EVERY_ONE, after: Position = BEFORE_ALL) -> Step:
        """Deliver up to STEP_ROWS of them again."""
        self._check_usable()
        step, _ = await self._writer.submit(
            lambda: self._file.dead_letters.requeue(
                selection,
                after,
                most_rows=STEP_ROWS,
                steady_ms=self._file.claims.earliest_retry(self._file.clock.now_ms()),
            ),
            writes=True,
            then=lambda done: self._announce(set(done[1])),
        )
        return step

    async def purge(self, selection: Selection, after: Position = BEFORE_ALL) -> Step:
        """Forget up to STEP_ROWS of them, with their answers."""
        self._check_usable()
        return await self._writer.submit(
            lambda: self._file.dead_letters.purge(selection, after, most_rows=STEP_ROWS),
            writes=True,
        )

    def allow(self, index: str) -> None:
        """For an hour, let what the store refuses of an index be set aside, however much it is."""
        self._allowed_until[index] = time.monotonic() + ALLOWED_SECONDS

    def leave(self, index: str, *, taken_bytes: int) -> Leave:
        """What may be set aside of an index while dead letters take so much."""
        if taken_bytes >= self.limit_bytes:
            return Leave.NOTHING
        allowed = time.monotonic() < self._allowed_until.get(index, float("-inf"))
        return Leave.EVERYTHING if allowed else Leave.USUAL
