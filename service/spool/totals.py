"""How many rows and bytes the spool holds in each state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service.observability.metrics import Metrics
from service.spool.connection import SpoolConnection
from service.spool.limits import Limits
from service.spool.ports import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Rows in one state, and the bytes they count for."""

    rows: int
    bytes: int


Totals = Mapping[State, Total]


def show_totals(metrics: Metrics, totals: Totals) -> None:
    """Set the gauges of what the spool holds."""
    for state, total in totals.items():
        metrics.spool_rows.labels(state.name.lower()).set(total.rows)
        metrics.spool_bytes.labels(state.name.lower()).set(total.bytes)


def show_bounds(metrics: Metrics, limits: Limits, waiting: Callable[[], int]) -> None:
    """Set the gauges of how much the spool may hold; how much is `waiting` in front of the writer
    is asked whenever somebody looks."""
    metrics.spool_limit_bytes.set(limits.live_bytes)
    metrics.dead_letters_limit_bytes.set(limits.dead_bytes)
    metrics.commit_queue_limit.set(limits.waiting)
    metrics.commit_queue.set_function(waiting)


class TotalsLedger:
    """Counts along with one transaction at a time, and writes the sums with it.

    What is counted between `begin` and `store` becomes true with `committed`; a transaction that
    is rolled back is forgotten by the next `begin`.
    """

    def __init__(self, connection: SpoolConnection) -> None:
        self._connection = connection
        rows = connection.execute("SELECT state, rows, bytes FROM total")
        self.totals: Totals = {
            State(state): Total(rows=count, bytes=size) for state, count, size in rows
        }
        self._changes: dict[State, list[int]] = {}

    def begin(self) -> None:
        """Forget what was counted and not committed."""
        self._changes = {}

    def count(self, state: State, *, rows: int, size: int) -> None:
        """Add rows and their bytes to a state; negative numbers take away."""
        change = self._changes.setdefault(state, [0, 0])
        change[0] += rows
        change[1] += size

    def store(self) -> None:
        """Write the changed sums, inside the transaction."""
        for state, (rows, size) in self._changes.items():
            self._connection.execute(
                "UPDATE total SET rows = rows + ?, bytes = bytes + ? WHERE state = ?",
                (rows, size, int(state)),
            )

    def committed(self) -> Totals:
        """The sums after the commit."""
        if self._changes:
            self.totals = {
                state: Total(
                    rows=total.rows + self._changes.get(state, (0, 0))[0],
                    bytes=total.bytes + self._changes.get(state, (0, 0))[1],
                )
                for state, total in self.totals.items()
            }
            self._changes = {}
        return self.totals
