"""How big the figures are: in full, and in a short round."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Rows that are drained, rows that wait, and how many seconds there is too much."""

    rounds: int
    drained_rows: int
    waiting_rows: int
    overload_seconds: float
    peak_seconds: float


FULL = Sizes(
    rounds=3,
    drained_rows=300_000,
    waiting_rows=1_000_000,
    overload_seconds=60.0,
    peak_seconds=10.0,
)
QUICK = Sizes(
    rounds=1,
    drained_rows=50_000,
    waiting_rows=100_000,
    overload_seconds=8.0,
    peak_seconds=3.0,
)
