"""What one spool file holds at a moment, read beside a running service or without one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from service.spool.dead_letters import read_totals
from service.spool.receipts import FormLife, opened_for_reading, read_lives
from service.spool.totals import Totals

# In the order in which they came, whatever index they are for: not by an index, which would have
# to be sorted, but by the first row that waits.
_OLDEST = "SELECT received_at FROM submission NOT INDEXED WHERE state = 0 ORDER BY seq LIMIT 1"
_LAST_REFUSED = """
SELECT finished_at, status, error_type FROM submission INDEXED BY submission_dead
WHERE state = 2 ORDER BY finished_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The dead letter that was set aside last: when, in ms since the epoch, and for what."""

    at: int
    status: int
    error_type: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Rows and bytes by state, what was counted by form, and when the oldest that waits came (ms
    since the epoch, UTC; None where none waits)."""

    totals: Totals
    forms: Mapping[str, FormLife]
    oldest_waiting_at: int | None
    last_refused: Refused | None

    @property
    def accepted(self) -> int:
        """Submissions taken, ever."""
        return sum(life.count.accepted for life in self.forms.values())

    @property
    def gone_out(self) -> int:
        """Those of them that wait no more: delivered, or set aside."""
        return self.accepted - sum(life.count.waiting for life in self.forms.values())


def read_overview(path: Path) -> Overview:
    """Look into a spool file. Blocks; raises SpoolUnreadable."""
    with opened_for_reading(path) as connection:
        oldest = connection.execute(_OLDEST).fetchone()
        refused = connection.execute(_LAST_REFUSED).fetchone()
        return Overview(
            totals=read_totals(connection),
            forms=read_lives(connection),
            oldest_waiting_at=None if oldest is None else oldest[0],
            last_refused=None
            if refused is None
            else Refused(at=refused[0], status=refused[1], error_type=refused[2]),
        )
