"""What is still in a spool when it is closed for good: of no matter where the volume stays, and the
last chance to say so where it does not."""

import time
from dataclasses import dataclass

import structlog

from service.spool.ports import SpoolError, State
from service.spool.spool import Spool

_LOG = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Leftovers:
    """Rows that no store has, over all spools that were noted; the oldest pending one by the ms
    since the epoch at which it was received."""

    pending: int = 0
    dead: int = 0
    oldest_received_at: int | None = None

    def __bool__(self) -> bool:
        return bool(self.pending or self.dead)

    async def note(self, spool: Spool) -> None:
        """Add what is in this spool. To be called once each, while it is open."""
        self.pending += spool.totals[State.PENDING].rows
        self.dead += spool.totals[State.DEAD].rows
        try:
            oldest = await spool.oldest_received_at()
        except SpoolError:  # its disk failed; the rows are counted all the same
            return
        known = [moment for moment in (oldest, self.oldest_received_at) if moment is not None]
        self.oldest_received_at = min(known, default=None)

    def tell(self) -> None:
        """Say at CRITICAL what goes with an ephemeral volume."""
        oldest = self.oldest_received_at
        age = None if oldest is None else round(max(0.0, time.time() - oldest / 1000), 1)
        _LOG.critical(
            "answers_left_behind",
            pending=self.pending,
            dead_letters=self.dead,
            oldest_pending_seconds=age,
            message="FORMWELL_VOLUME is ephemeral: these answers go with this volume unless it is "
            "kept; start Formwell on it again, or copy it, before it is removed",
        )
