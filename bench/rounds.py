"""The rows, round after round, so that what else the machine does meets everybody."""

from collections.abc import Iterator, Sequence

from bench.measurement import Skipped, Turn
from bench.rows import Row
from bench.turn import Conditions, take_turn


def measure_rows(rows: Sequence[Row], conditions: Conditions) -> Iterator[Turn | Skipped]:
    """All rows, one after the other; in each, every contender once a round, each round beginning
    with the next of them. Who cannot be measured once is not asked again."""
    for row in rows:
        remaining = list(row.contenders)
        for number in range(conditions.lengths.rounds):
            first = number % len(remaining) if remaining else 0
            for contender in [*remaining[first:], *remaining[:first]]:
                measured = take_turn(row, contender, number, conditions)
                if isinstance(measured, Skipped):
                    remaining.remove(contender)
                yield measured
