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
from service.spool.claims import Claims
from service.spool.clock import SteadyClock
from service.spool.connection import SpoolConnection
from service.spool.limits import Limits
from service.spool.ports import Accepted, Batch, Entry, SpoolBroken, SpoolFull, State, Verdict
from service.spool.rows import Rows
from service.spool.totals import Totals, TotalsLedger
from service.spool.writer import Commit, Writer
from service.submission import Submission

_LOG = structlog.get_logger(__name__)

SETTLE_AGAIN_SECONDS = 1.0
PURGE_ROWS = 1_000
SHRINK_PAGES = 1_000
PURGE_EVERY_SECONDS = 30.0


@asynccontextmanager
async def open_spool(path: Path, metrics: Metrics, limits: Limits) -> AsyncIterator["Spool"]:
    """The spool in this file, made where missing; what waits is committed before it is closed.

    Raises FormatError or apsw.Error where the file cannot be opened.
    """
    spool = Spool(metrics, limits)
    await spool.start(path)
    purging = asyncio.create_task(spool.purge_for_ever())
    try:
        yield spool
    finally:
        purging.cancel()
        with suppress(asyncio.CancelledError):
            await purging
        await spool.close()


class Spool:
    """Takes submissions (`Intake`) and hands them to delivery (`Outbox`). Made by `open_spool`."""

    def __init__(self, metrics: Metrics, limits: Limits) -> None:
        self._metrics = metrics
        self._limits = limits
        self._clock = SteadyClock()
        self._totals: Totals = {}
        self._arrived: set[str] = set()
        self._arrival = asyncio.Event()
        self.broken: asyncio.Future[SpoolBroken] = asyncio.get_running_loop().create_future()
        self._closed = False
        self._writer = Writer(on_commit=self._on_commit, on_broken=self._on_broken)

    async def start(self, path: Path) -> None:
        """Open the file; everything pending may be claimed again."""

        def open_file() -> tuple[SpoolConnection, TotalsLedger]:
            connection = SpoolConnection(path)
            connection.execute(
                "UPDATE submission SET next_attempt = 0 WHERE state = 0 AND next_attempt > 0"
            )
            ledger = TotalsLedger(connection)
            self._rows = Rows(connection, ledger)
            self._claims = Claims(connection)
            self._totals = ledger.totals
            self._pending_at_start = set(self._claims.pending_indexes())
            return connection, ledger

        self._writer.start(open_file)
        await self._writer.opened
        self._show_totals()
        self._announce(self._pending_at_start)

    async def close(self) -> None:
        """Commit what waits and close the file; later calls raise SpoolBroken."""
        self._closed = True
        await self._writer.close()

    @property
    def totals(self) -> Totals:
        """Rows and bytes in each state, as of the last commit."""
        return self._totals

    def check_room(self) -> None:
        """See `Intake.check_room`."""
        self._check_usable()
        live = self._totals[State.PENDING].bytes + self._totals[State.DEAD].bytes
        self._limits.check(live_bytes=live, waiting=self._writer.waiting)

    def _check_usable(self) -> None:
        if self.broken.done():
            raise self.broken.result()
        if self._closed:
            raise SpoolBroken("the spool is closed")

    async def put(self, submission: Submission) -> Accepted:
        """See `Intake.put`."""
        self._check_usable()
        return await self._writer.submit(
            lambda: self._rows.put(submission),
            writes=True,
            weight=len(submission.document),
            then=self._on_accepted,
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
        return await self._writer.submit(lambda: self._rows.find(receipt), writes=False)

    async def oldest_received_at(self) -> int | None:
        """When the oldest pending submission was received, ms since the epoch; None: none waits."""
        self._check_usable()
        oldest = await self._writer.submit(self._claims.oldest_received_at, writes=False)
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
        self._check_usable()
        return await self._writer.submit(
            lambda: self._claims.claim(
                index,
                most_rows=most_rows,
                most_bytes=most_bytes,
                steady_ms=self._clock.now_ms(),
            ),
            writes=False,
        )

    async def settle(self, verdicts: Sequence[Verdict]) -> None:
        """See `Outbox.settle`. A full disk is waited for: the verdicts are true all the same."""
        while True:
            self._check_usable()
            try:
                await self._writer.submit(lambda: self._settle(verdicts), writes=True)
            except SpoolFull:
                await asyncio.sleep(SETTLE_AGAIN_SECONDS)
            else:
                return

    def _settle(self, verdicts: Sequence[Verdict]) -> None:
        self._rows.settle(
            verdicts,
            now_ms=int(time.time() * 1000),
            steady_ms=self._claims.earliest_retry(self._clock.now_ms()),
        )

    async def requeue(self, *, form: str | None = None, receipt: UUID | None = None) -> int:
        """Deliver dead letters again: all, those of a form, or one. How many there were."""
        self._check_usable()
        indexes = await self._writer.submit(
            lambda: self._rows.requeue(
                form=form,
                receipt=receipt,
                steady_ms=self._claims.earliest_retry(self._clock.now_ms()),
            ),
            writes=True,
            then=lambda indexes: self._announce(set(indexes)),
        )
        return len(indexes)

    async def purge_for_ever(self) -> None:
        """Forget delivered rows that are old or too many, a few at a time."""
        while True:
            await asyncio.sleep(PURGE_EVERY_SECONDS)
            with suppress(SpoolFull):
                while await self.purge() == PURGE_ROWS:
                    pass
                await self.shrink()

    async def purge(self) -> int:
        """Forget up to PURGE_ROWS delivered rows that are past their time; how many there were."""
        self._check_usable()
        return await self._writer.submit(
            lambda: self._rows.purge(
                finished_before_ms=int((time.time() - self._limits.remember_seconds) * 1000),
                most_bytes=self._limits.remember_bytes,
                most_rows=PURGE_ROWS,
            ),
            writes=True,
        )

    async def shrink(self) -> None:
        """Give up to SHRINK_PAGES pages that are free back to the disk."""
        self._check_usable()
        await self._writer.submit(lambda: self._rows.shrink(SHRINK_PAGES), writes=True)

    def _announce(self, indexes: set[str]) -> None:
        if indexes:
            self._arrived |= indexes
            self._arrival.set()

    def _on_commit(self, commit: Commit) -> None:
        self._totals = commit.totals
        self._metrics.commit_rows.observe(commit.jobs)
        self._metrics.commit_seconds.observe(commit.seconds)
        self._show_totals()

    def _show_totals(self) -> None:
        for state, total in self._totals.items():
            self._metrics.spool_rows.labels(state.name.lower()).set(total.rows)
            self._metrics.spool_bytes.labels(state.name.lower()).set(total.bytes)

    def _on_broken(self, error: SpoolBroken) -> None:
        _LOG.critical("spool_broken", error=str(error))
        if not self.broken.done():
            self.broken.set_result(error)
