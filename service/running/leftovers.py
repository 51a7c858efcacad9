"""What is still in a spool when it is closed for good: of no matter where the volume stays, and the
last chance to say so where it does not."""

import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from service.spool.free_slot import read_free
from service.spool.ports import SpoolError, State
from service.spool.slot import SlotError, find_slots
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
        self._note_oldest(oldest)

    def note_free(self, data_dir: Path, *, own: int) -> None:
        """Add what is in slots that nobody holds, but the own: nobody may be there to take them.

        What cannot be read says nothing of itself. Blocks.
        """
        try:
            slots = find_slots(data_dir)
        except SlotError:
            return
        for slot in slots:
            if slot.number != own and (found := read_free(slot)) is not None:
                totals, oldest = found
                self.pending += totals[State.PENDING].rows
                self.dead += totals[State.DEAD].rows
                self._note_oldest(oldest)

    def _note_oldest(self, oldest: int | None) -> None:
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
