"""The whole benchmark: round after round, so that what else the machine does meets everybody."""

from collections.abc import Callable, Sequence

from bench.measurement import Skipped, Turn
from bench.rows import Row
from bench.turn import Conditions, take_turn


def measure_rows(
    rows: Sequence[Row], conditions: Conditions, say: Callable[[str], None]
) -> tuple[Sequence[Turn], Sequence[Skipped]]:
    """All rows, one after the other; in each, every contender once a round, each round beginning
    with the next of them. Who cannot be measured once is not asked again."""
    turns: list[Turn] = []
    skipped: list[Skipped] = []
    for row in rows:
        remaining = list(row.contenders)
        for number in range(conditions.lengths.rounds):
            first = number % len(remaining) if remaining else 0
            for contender in [*remaining[first:], *remaining[:first]]:
                measured = take_turn(row, contender, number, conditions)
                if isinstance(measured, Skipped):
                    remaining.remove(contender)
                    skipped.append(measured)
                    say(f"{row.name}: {contender.title} is skipped: {measured.reason}")
                    continue
                turns.append(measured)
                say(
                    f"{row.name}, round {number + 1}: {contender.title}: "
                    f"{measured.per_second:,.0f}/s, p99 {measured.p99_ms:.1f} ms"
                )
    return turns, skipped
