"""The audit that the running service makes by itself, so that a loss is told of before somebody
misses an answer."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from service.audit.comparison import Condition
from service.audit.walk import count, examine
from service.observability.metrics import Metrics
from service.spool.receipts import ReceiptReader, SpoolUnreadable
from service.store import Archive, StoreError, StoreRefused
from service.wall_clock import now_ms

_LOG = structlog.get_logger(__name__)

FIRST_AFTER_SECONDS = 300.0
EVERY_SECONDS = 3_600.0
PAUSE_SECONDS = 1.0
"""After each page of at most 200 receipts: a million of them are asked for in an hour and a half,
and the store hardly notices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What an audit that came to its end found, and when that was (ms since the epoch, UTC)."""

    at: int
    conditions: Mapping[Condition, int]


class HourlyAudit:
    """Compares what one spool has delivered with what the store has, again and again.

    The result is a metric and stands on the status page; a line is logged where it is not well,
    and where an audit could not be made, once until that changes. Neither stops anything.
    """

    def __init__(
        self,
        reader: ReceiptReader,
        store: Archive,
        metrics: Metrics,
        *,
        first_after_seconds: float = FIRST_AFTER_SECONDS,
        every_seconds: float = EVERY_SECONDS,
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._reader = reader
        self._store = store
        self._metrics = metrics
        self._first_after_seconds = first_after_seconds
        self._every_seconds = every_seconds
        self._pause_seconds = pause_seconds
        self.last: Audited | None = None
        self.failure: str | None = None

    async def run_for_ever(self) -> None:
        """The first one a while after the start, the next an hour after that began."""
        await asyncio.sleep(self._first_after_seconds)
        while True:
            began = time.monotonic()
            await self.run_once()
            await asyncio.sleep(max(0.0, began + self._every_seconds - time.monotonic()))

    async def run_once(self) -> None:
        """One audit, told of in every way."""
        found: Counter[Condition] = Counter()
        try:
            async for page in examine(self._reader, self._store, pause_seconds=self._pause_seconds):
                found += count(page)
        except (StoreError, SpoolUnreadable) as error:
            self._tell_failure(error)
            return
        self.failure = None
        self._metrics.audits.labels("finished").inc()
        self._tell(Audited(at=now_ms(), conditions=dict(found)))

    def _tell_failure(self, error: StoreError | SpoolUnreadable) -> None:
        self._metrics.audits.labels("failed").inc()
        if self.failure is None:
            # An intake role that may not read is a choice, so this is no warning.
            _LOG.info("audit_failed", error_type=type(error).__name__, error=_words(error))
        self.failure = _words(error)

    def _tell(self, audited: Audited) -> None:
        self.last = audited
        for condition in Condition:
            number = audited.conditions.get(condition, 0)
            self._metrics.audit_receipts.labels(condition.value).set(number)
        self._metrics.audit_finished.set(audited.at / 1000)
        missing = audited.conditions.get(Condition.MISSING, 0)
        changed = audited.conditions.get(Condition.CHANGED, 0)
        if missing or changed:
            _LOG.error(
                "audit_found_differences",
                missing=missing,
                changed=changed,
                message="the store does not have all that it acknowledged: formwell audit says "
                "which; see docs/operations.md",
            )


def _words(error: StoreError | SpoolUnreadable) -> str:
    """What went wrong, without what the store says of it, which may quote an answer."""
    if isinstance(error, StoreRefused):
        return f"the store refused to be asked ({error.status} {error.error_type or ''})".strip()
    return str(error)
