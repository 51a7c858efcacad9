"""What was measured, as it is kept in JSON."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One contender's turn in one round of a row.

    `per_second` are right answers, and `wrong` the others: refusals, or none where one was due.
    `broken` had no whole answer. `acknowledged` and `found` cover the warm-up too, because the
    store does. What was on its way when the load ended may be found as well, at most `connections`
    after each of the two loads. `found` is None where nothing is kept. `backlog` waits for delivery
    when the load ends.
    """

    row: str
    contender: str
    round: int
    connections: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_seconds_per_1000: float
    peak_bytes: int
    wrong: int
    broken: int
    acknowledged: int
    found: int | None
    backlog: int | None

    @property
    def everything_found(self) -> bool:
        """Whether nothing acknowledged is missing, and nothing is there that nobody sent."""
        if self.found is None:
            return True
        return self.acknowledged <= self.found <= self.acknowledged + 2 * self.connections


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A contender that could not take its turn, and why."""

    row: str
    contender: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of one round that is no row of the table: `drain.formwell`, in `unit`."""

    name: str
    round: int
    value: float
    unit: str
