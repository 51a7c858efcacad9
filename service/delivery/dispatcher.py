"""The dispatcher: one task that claims batches while there is room, and a task for each bulk.

What others rely on:

- A row that was claimed is settled, or still unsettled when `run` ends; then the next start claims
  it again, under the same id. It is never settled twice.
- An index that is held or does not answer, or rows that wait for their next try, delay no other
  index's rows.
- It sleeps until something happens or something is due. Only the monotonic clock decides; the wall
  clock is only shown.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from service.delivery.agenda import Agenda
from service.delivery.backoff import Random
from service.delivery.bisection import Report
from service.delivery.bulk import BulkSender
from service.delivery.explain import trace_without_values
from service.delivery.guard import Guard
from service.delivery.pacing import Pacing
from service.delivery.status import DeliveryStatus
from service.delivery.verdicts import judge_unanswered, shortest_delay
from service.observability.metrics import Metrics
from service.spool.ports import DeadLetter, Outbox, Row, SpoolBroken
from service.store import Store

MOST_ROWS = 1_000
MOST_BYTES = 5 * 1024 * 1024  # half of what the smallest AWS instances take in one request
PROBE_ROWS = 10
PROBE_BYTES = 256 * 1024

_log = structlog.get_logger(__name__)


class Dispatcher:
    """Brings what the spool holds to the store, for as long as `run` runs."""

    def __init__(
        self,
        outbox: Outbox,
        store: Store,
        metrics: Metrics,
        *,
        random: Random = random.random,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._outbox = outbox
        self._random = random
        self._clock = clock
        self._agenda = Agenda()
        self._pacing = Pacing(metrics, clock=clock, wall_clock=wall_clock)
        guard = Guard(outbox.may_set_aside)
        self._sender = BulkSender(
            store, metrics, guard, random=random, clock=clock, wall_clock=wall_clock
        )
        self._wake = asyncio.Event()
        self._scope: asyncio.Timeout | None = None
        self._cut_off_at: float | None = None  # by the loop's clock
        self._drain_until: float | None = None  # by ours

    async def run(self) -> None:
        """Deliver until `drain` lets it end. To be run once.

        Raises SpoolBroken when the spool does, with all bulks cancelled. It may be cancelled at any
        time: what was in flight is sent again after the next start and found there.
        """
        try:
            async with asyncio.timeout_at(self._cut_off_at) as self._scope:
                await self._run_tasks()
        except TimeoutError:
            if self._scope is None or not self._scope.expired():
                raise
            _log.warning("drain_cut_off")
        finally:
            self._scope = None

    def drain(self, deadline_seconds: float) -> None:
        """Let `run` return once nothing is left that can be delivered now, and at the latest after
        `deadline_seconds`; then what is in flight is cancelled, which loses nothing.

        What waits for a held index, for a store that does not answer, or for a try that is due
        only after the deadline is left to the next start. Rows that arrive meanwhile are delivered.
        """
        now = self._clock()
        self._drain_until = now + deadline_seconds
        self._cut_off_at = asyncio.get_running_loop().time() + deadline_seconds
        if self._scope is not None and not self._scope.expired():
            self._scope.reschedule(self._cut_off_at)
        self._agenda.hurry(now)
        self._wake.set()

    def status(self) -> DeliveryStatus:
        """How delivery stands at this moment."""
        return self._pacing.status()

    async def _run_tasks(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                listener = tasks.create_task(self._listen())
                await asyncio.sleep(0)  # lets the listener hear of what is there at the start
                await self._dispatch(tasks)
                listener.cancel()
        except BaseExceptionGroup as group:
            broken = group.subgroup(SpoolBroken)
            if broken is None:
                raise
            raise SpoolBroken(_first_text(broken)) from group

    async def _listen(self) -> None:
        while True:
            for index in await self._outbox.arrivals():
                self._agenda.arrived(index, self._clock())
            self._wake.set()

    async def _dispatch(self, tasks: asyncio.TaskGroup) -> None:
        while not self._is_drained():
            self._wake.clear()
            now = self._clock()
            index = self._agenda.next_ready(now, self._pacing.opens_at)
            if index is not None:
                await self._start(index, tasks)
            else:
                next_at = self._agenda.next_at(self._pacing.opens_at)
                await self._rest(None if next_at is None else next_at - now)

    async def _rest(self, most_seconds: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(most_seconds):
                await self._wake.wait()

    def _is_drained(self) -> bool:
        if self._drain_until is None or self._pacing.in_flight:
            return False
        next_at = self._agenda.next_at(self._gate_while_draining)
        return next_at is None or next_at >= self._drain_until

    def _gate_while_draining(self, index: str) -> float | None:
        return None if self._pacing.is_probe(index) else self._pacing.opens_at(index)

    async def _start(self, index: str, tasks: asyncio.TaskGroup) -> None:
        probe = self._pacing.is_probe(index)
        self._agenda.take(index)
        batch = await self._outbox.claim(
            index,
            most_rows=PROBE_ROWS if probe else MOST_ROWS,
            most_bytes=PROBE_BYTES if probe else MOST_BYTES,
        )
        now = self._clock()
        if batch.due_in_seconds is not None:
            self._agenda.given_back(index, batch.due_in_seconds, now)
        if not batch.rows:
            return
        if batch.more:
            self._agenda.has_more(index, now)
        number = self._pacing.started(index, probe=probe)
        tasks.create_task(self._carry(number, index, batch.rows, probe=probe))

    async def _carry(self, number: int, index: str, rows: Sequence[Row], *, probe: bool) -> None:
        longest_wait = self._pacing.longest_wait(index)
        try:
            try:
                report = await self._sender.deliver(index, rows, longest_wait=longest_wait)
                self._pacing.ended(index, report, probe=probe)
                await self._outbox.settle(report.judgement.verdicts)
            except SpoolBroken:
                raise
            except Exception as error:
                report = self._report_bug(index, rows, error, longest_wait)
                self._pacing.ended(index, report, probe=probe)
                await self._outbox.settle(report.judgement.verdicts)
            self._follow_up(index, rows, report)
        finally:
            self._pacing.left(number)
            self._wake.set()

    def _report_bug(
        self, index: str, rows: Sequence[Row], error: Exception, longest_wait: float
    ) -> Report:
        name = type(error).__name__
        _log.error(
            "bulk_failed_unexpectedly",
            index=index,
            rows=len(rows),
            error=name,
            trace=trace_without_values(error),
        )
        judgement = judge_unanswered(rows, self._random, longest_wait=longest_wait)
        return Report(judgement=judgement, failure=f"unexpected {name} while delivering to {index}")

    def _follow_up(self, index: str, rows: Sequence[Row], report: Report) -> None:
        verdicts = report.judgement.verdicts
        delay = shortest_delay(verdicts)
        if delay is not None:
            self._agenda.given_back(index, delay, self._clock())
        letters = {one.seq: one for one in verdicts if isinstance(one, DeadLetter)}
        for row in rows if letters else ():
            if letter := letters.get(row.seq):
                _log.warning(
                    "dead_letter",
                    receipt=str(row.receipt),
                    index=index,
                    status=letter.status,
                    error_type=letter.error_type,
                )


def _first_text(group: BaseExceptionGroup[SpoolBroken]) -> str:
    first = group.exceptions[0]
    return _first_text(first) if isinstance(first, BaseExceptionGroup) else str(first)
