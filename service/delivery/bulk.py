"""One batch on its way to the store, request by request.

Nothing here is settled: whoever sent it tells the spool, once, about all its rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from service.delivery.backoff import Random
from service.delivery.bisection import Bisection, Report
from service.delivery.guard import Guard
from service.observability.metrics import Metrics
from service.spool.ports import Ack, Row
from service.store import Document, ItemResult, Store, StoreRefused, StoreUnavailable


class BulkSender:
    """Sends batches to one store and measures how it takes them."""

    def __init__(
        self,
        store: Store,
        metrics: Metrics,
        guard: Guard,
        *,
        random: Random,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._guard = guard
        self._random = random
        self._clock = clock
        self._wall_clock = wall_clock

    async def deliver(self, index: str, rows: Sequence[Row], *, longest_wait: float) -> Report:
        """Bring rows to the store; the report has one verdict a row.

        What may pass later is told to wait for up to `longest_wait` seconds. An error the store's
        contract names is part of the report. Any other is raised.
        """
        bisection = Bisection(rows, self._random, longest_wait=longest_wait)
        now = self._clock()
        while (part := bisection.next_part()) is not None:
            outcome = bisection.take(await self._send(index, part))
            started_at, now = now, self._clock()
            self._metrics.bulk_seconds.observe(now - started_at)
            self._metrics.bulk_requests.labels(outcome).inc()
        report = bisection.report()
        judgement = self._guard.check(index, report.judgement, now)
        report = replace(report, judgement=judgement)
        self._measure(rows, report)
        return report

    async def _send(
        self, index: str, rows: Sequence[Row]
    ) -> Sequence[ItemResult] | StoreUnavailable | StoreRefused:
        documents = [Document(receipt=row.receipt, body=row.document) for row in rows]
        with self._metrics.bulks_in_flight.track_inprogress():
            try:
                return await self._store.create(index, documents)
            except (StoreUnavailable, StoreRefused) as error:
                return error

    def _measure(self, rows: Sequence[Row], report: Report) -> None:
        for label, count in report.judgement.counts.items():
            self._metrics.bulk_items.labels(label).inc(count)
        received_at = {row.seq: row.received_at for row in rows}
        now_ms = self._wall_clock() * 1000
        self._metrics.delivery_seconds.observe_all(
            max(0.0, now_ms - received_at[verdict.seq]) / 1000
            for verdict in report.judgement.verdicts
            if isinstance(verdict, Ack)
        )
