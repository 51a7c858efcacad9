"""The spool: what is put here is on disk before the call returns, and stays until it is settled.

Invariants, in the order in which they are relied on:

1. `put` returns only after the commit that holds its row returned from an fsync.
2. A row leaves `pending` in one way only: by a verdict on a claim of it.
3. Whatever is pending when the process dies can be claimed after the next start.
4. Only the writer's thread touches the file.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

import structlog

from service.observability.metrics import Metrics
from service.spool.dead_letter_jobs import DeadLetters
from service.spool.disk import DiskState
from service.spool.file import SpoolFile, open_file
from service.spool.form_counts import FormCount, FormCounts
from service.spool.jobs import Commit
from service.spool.limits import Limits
from service.spool.outgoing import Outgoing
from service.spool.ports import (
    Accepted,
    Batch,
    Entry,
    Leave,
    SpoolBroken,
    State,
    Verdict,
)
from service.spool.puts import Put, put_together
from service.spool.totals import Totals, show_bounds, show_totals
from service.spool.upkeep import Upkeep
from service.spool.writer import Writer
from service.submission import Submission

_LOG = structlog.get_logger(__name__)


@asynccontextmanager
async def open_spool(path: Path, metrics: Metrics, limits: Limits) -> AsyncIterator["Spool"]:
    """The spool in this file, made where missing; what waits is committed before it is closed.

    Raises SlotError, FormatError or apsw.Error where the file cannot be opened.
    """
    spool = Spool(metrics, limits)
    await spool.start(path)
    tasks = (
        asyncio.create_task(spool.upkeep.purge_for_ever(), name="spool_purge"),
        asyncio.create_task(spool.upkeep.watch_disk_for_ever(), name="spool_watch"),
    )
    try:
        yield spool
    finally:
        try:
            for task in tasks:
                task.cancel()
                # A disk that failed is told of by `broken`, whoever met it first.
                with suppress(asyncio.CancelledError, SpoolBroken):
                    await task
        finally:
            await spool.close()


class Spool:
    """Takes submissions (`Intake`) and hands them to delivery (`Outbox`). Made by `open_spool`."""

    def __init__(self, metrics: Metrics, limits: Limits) -> None:
        self._metrics = metrics
        self._limits = limits
        self._totals: Totals = {}
        self._forms: FormCounts = {}
        self._arrived: set[str] = set()
        self._arrival = asyncio.Event()
        self.broken: asyncio.Future[SpoolBroken] = asyncio.get_running_loop().create_future()
        self._closed = False
        self._writer = Writer(on_commit=self._on_commit, on_broken=self._on_broken)

    async def start(self, path: Path) -> None:
        """Open the file; everything pending may be claimed again."""
        self._file: SpoolFile = await self._writer.start(lambda: open_file(path, self._limits))
        self.upkeep = Upkeep(self._file, self._writer, self._limits)
        self._outgoing = Outgoing(self._file, self._writer, self._metrics, self._check_usable)
        self.dead_letters = DeadLetters(
            self._file, self._writer, self._limits, self._check_usable, self._announce
        )
        show_bounds(self._metrics, self._limits, lambda: self._writer.waiting)
        self._totals = self._file.ledger.totals
        self._forms = self._file.forms.counts
        show_totals(self._metrics, self._totals)
        self._announce(set(self._file.pending_at_start))

    async def close(self) -> None:
        """Commit what waits and close the file; later calls raise SpoolBroken."""
        self._closed = True
        await self._writer.close()

    @property
    def totals(self) -> Totals:
        """Rows and bytes in each state, as of the last commit."""
        return self._totals

    @property
    def disk(self) -> DiskState:
        """How much of the disk was free a moment ago, and whether that is too little."""
        return self._file.disk.state

    def check_room(self) -> None:
        """See `Intake.check_room`."""
        self._check_usable()
        self._limits.check(
            live_bytes=self._totals[State.PENDING].bytes + self._totals[State.DEAD].bytes,
            waiting=self._writer.waiting,
            oldest_seconds=self._writer.oldest_seconds,
            disk_is_full=self.disk.full,
        )

    def _check_usable(self) -> None:
        if self.broken.done():
            raise self.broken.result()
        if self._closed:
            raise SpoolBroken("the spool is closed")

    def accepted(self, form: str) -> int:
        """See `Intake.accepted`."""
        return self._forms.get(form, FormCount()).total

    async def note_documents(self, form: str, documents: int) -> None:
        """Take in how many documents of a form the store has just said to have.

        Raises SpoolFull where there is no room to write it down, or SpoolBroken.
        """
        self._check_usable()
        await self._writer.submit(
            lambda: self._file.forms.seen_in_store(form, documents), writes=True
        )

    def put(self, submission: Submission, *, limit: int | None = None) -> asyncio.Future[Accepted]:
        """See `Intake.put`."""
        self._check_usable()
        self._outgoing.last_put = time.monotonic()
        return self._writer.submit(
            Put(file=self._file, submission=submission, limit=limit),
            writes=True,
            weight=len(submission.document),
            then=self._on_accepted,
            together=put_together,
        )

    def _on_accepted(self, accepted: Accepted) -> None:
        if accepted.repeated:
            self._metrics.repeated.labels(accepted.entry.form).inc()
        else:
            self._metrics.accepted.labels(accepted.entry.form).inc()
            self._announce({accepted.entry.index})

    async def find(self, receipt: UUID) -> Entry | None:
        """See `Intake.find`."""
        self._check_usable()
        return await self._writer.submit(lambda: self._file.rows.find(receipt), writes=False)

    async def oldest_received_at(self) -> int | None:
        """When the oldest pending submission was received, ms since the epoch; None: none waits."""
        self._check_usable()
        oldest = await self._writer.submit(self._file.claims.oldest_received_at, writes=False)
        age = 0.0 if oldest is None else max(0.0, time.time() - oldest / 1000)
        self._metrics.spool_oldest_seconds.set(age)
        return oldest

    async def arrivals(self) -> frozenset[str]:
        """See `Outbox.arrivals`."""
        await self._arrival.wait()
        self._arrival.clear()
        arrived = frozenset(self._arrived)
        self._arrived.clear()
        return arrived

    async def claim(self, index: str, *, most_rows: int, most_bytes: int) -> Batch:
        """See `Outbox.claim`."""
        return await self._outgoing.claim(index, most_rows=most_rows, most_bytes=most_bytes)

    async def settle(self, verdicts: Sequence[Verdict]) -> None:
        """See `Outbox.settle`."""
        await self._outgoing.settle(verdicts)

    def may_set_aside(self, index: str) -> Leave:
        """See `Outbox.may_set_aside`."""
        return self.dead_letters.leave(index, taken_bytes=self._totals[State.DEAD].bytes)

    def _announce(self, indexes: set[str]) -> None:
        if indexes:
            self._arrived |= indexes
            self._arrival.set()

    def _on_commit(self, commit: Commit) -> None:
        self._totals, self._forms = commit.totals, commit.forms
        self._metrics.commit_rows.observe(commit.jobs)
        self._metrics.commit_seconds.observe(commit.seconds)
        show_totals(self._metrics, self._totals)

    def _on_broken(self, error: SpoolBroken) -> None:
        _LOG.critical("spool_broken", error=str(error))
        if not self.broken.done():
            self.broken.set_result(error)
