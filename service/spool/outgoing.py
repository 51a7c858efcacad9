"""What leaves the spool. While submissions come in, rows are claimed and settled a few at a time.

A bulk is a thousand of them. In one go they would hold up the writer, and with it whoever sends
answers meanwhile, for as long as several commits take; between two slices others have their turn.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

from service.observability.metrics import Metrics
from service.spool.claims import Claim
from service.spool.damage import set_aside_damaged
from service.spool.file import SpoolFile
from service.spool.ports import Batch, Row, SpoolFull, Verdict
from service.spool.writer import Writer
from service.wall_clock import now_ms

SLICE_ROWS = 500
BESIDE_SECONDS = 0.5
"""How long after the last submission more of them are expected."""

SETTLE_AGAIN_SECONDS = 1.0
FEWER_WHEN_FULL = 4  # times, after each time the disk was too full for them


class Outgoing:
    """The `Outbox` of one file. `check_usable` raises SpoolBroken where it must not be used."""

    def __init__(
        self, file: SpoolFile, writer: Writer, metrics: Metrics, check_usable: Callable[[], None]
    ) -> None:
        self._file = file
        self._writer = writer
        self._metrics = metrics
        self._check_usable = check_usable
        self.last_put = float("-inf")
        """When the last submission came, of `time.monotonic`."""

    def _at_once(self) -> int | None:
        """How many rows a job takes; None: all."""
        is_alone = time.monotonic() - self.last_put >= BESIDE_SECONDS
        return None if is_alone else SLICE_ROWS

    async def claim(self, index: str, *, most_rows: int, most_bytes: int) -> Batch:
        """See `Outbox.claim`. Rows whose documents are damaged are set aside."""
        rows: list[Row] = []
        room = most_bytes
        while True:
            self._check_usable()
            wanted = most_rows - len(rows)
            wanted = min(wanted, self._at_once() or wanted)
            work = partial(self._claim, index, wanted, room, bool(rows))
            claim = await self._writer.submit(work, writes=False)
            if claim.damaged:
                await self.settle(set_aside_damaged(claim.damaged, self._metrics))
            batch = claim.batch
            rows += batch.rows
            full = len(rows) == most_rows or (len(batch.rows) < wanted and not claim.damaged)
            if full or not batch.more:
                return Batch(rows=rows, more=batch.more, due_in_seconds=batch.due_in_seconds)
            room -= sum(len(row.document) for row in batch.rows)

    def _claim(self, index: str, most_rows: int, most_bytes: int, is_begun: bool) -> Claim:
        return self._file.claims.claim(
            index,
            most_rows=most_rows,
            most_bytes=most_bytes,
            steady_ms=self._file.clock.now_ms(),
            is_begun=is_begun,
        )

    async def settle(self, verdicts: Sequence[Verdict]) -> None:
        """See `Outbox.settle`. A full disk is waited for: the verdicts are true all the same, and
        are written where the caller is cancelled."""
        most = self._at_once() or max(1, len(verdicts))
        in_vain = 0
        while verdicts:
            self._check_usable()
            some = verdicts[:most]
            try:
                await self._writer.submit(partial(self._settle, some), writes=True)
            except asyncio.CancelledError:
                if rest := verdicts[len(some) :]:
                    self._writer.submit(partial(self._settle, rest), writes=True).cancel()
                raise
            except SpoolFull as error:
                in_vain += 1
                if in_vain > 1:  # the first time made way, and the same may fit now
                    most = max(1, len(some) // (FEWER_WHEN_FULL if error.less_may_fit else 1))
                    await asyncio.sleep(SETTLE_AGAIN_SECONDS)
            else:
                in_vain = 0
                verdicts = verdicts[most:]

    def _settle(self, verdicts: Sequence[Verdict]) -> None:
        self._file.rows.settle(
            verdicts,
            now_ms=now_ms(),
            steady_ms=self._file.claims.earliest_retry(self._file.clock.now_ms()),
        )
