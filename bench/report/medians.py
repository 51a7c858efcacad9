"""Medians with their spread, and the ratios to the limit."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.measurement import Figure, Turn

LIMIT = "limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The median of a few values, and the least and the greatest of them."""

    median: float
    least: float
    greatest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A contender in a row, over all rounds.

    Ratios are made in each round, with the limit of the same round and row, and are None where the
    limit did not take part.
    """

    row: str
    contender: str
    rounds: int
    per_second: Spread
    p50_ms: Spread
    p99_ms: Spread
    cpu_seconds_per_1000: Spread
    peak_bytes: Spread
    ratio: Spread | None
    p99_ratio: Spread | None
    wrong: int
    broken: int
    acknowledged: int
    found: int | None
    everything_found: bool
    backlog: Spread | None


def spread(values: Iterable[float]) -> Spread:
    """Of at least one value. Raises ValueError where there is none."""
    ordered = sorted(values)
    return Spread(median=statistics.median(ordered), least=ordered[0], greatest=ordered[-1])


def lines(turns: Iterable[Turn]) -> Sequence[Line]:
    """One line for each contender of each row, in the order in which they first took a turn."""
    grouped: dict[tuple[str, str], list[Turn]] = {}
    for turn in turns:
        grouped.setdefault((turn.row, turn.contender), []).append(turn)
    limits = {
        (turn.row, turn.round): turn
        for (_, contender), group in grouped.items()
        if contender == LIMIT
        for turn in group
    }
    return [_line(group, limits) for group in grouped.values()]


def _line(turns: Sequence[Turn], limits: Mapping[tuple[str, int], Turn]) -> Line:
    found = [turn.found for turn in turns if turn.found is not None]
    backlogs = [turn.backlog for turn in turns if turn.backlog is not None]
    return Line(
        row=turns[0].row,
        contender=turns[0].contender,
        rounds=len(turns),
        per_second=spread(turn.per_second for turn in turns),
        p50_ms=spread(turn.p50_ms for turn in turns),
        p99_ms=spread(turn.p99_ms for turn in turns),
        cpu_seconds_per_1000=spread(turn.cpu_seconds_per_1000 for turn in turns),
        peak_bytes=spread(turn.peak_bytes for turn in turns),
        ratio=_ratios(turns, limits, lambda turn: turn.per_second),
        p99_ratio=_ratios(turns, limits, lambda turn: turn.p99_ms),
        wrong=sum(turn.wrong for turn in turns),
        broken=sum(turn.broken for turn in turns),
        acknowledged=sum(turn.acknowledged for turn in turns),
        found=sum(found) if found else None,
        everything_found=all(turn.everything_found for turn in turns),
        backlog=spread(backlogs) if backlogs else None,
    )


def _ratios(
    turns: Sequence[Turn],
    limits: Mapping[tuple[str, int], Turn],
    value: Callable[[Turn], float],
) -> Spread | None:
    ratios = [
        value(turn) / value(limit)
        for turn in turns
        if (limit := limits.get((turn.row, turn.round))) is not None and value(limit)
    ]
    return spread(ratios) if ratios else None


def figures(measured: Iterable[Figure]) -> Mapping[str, tuple[Spread, str]]:
    """The spread and the unit of each figure, by its name."""
    grouped: dict[str, list[Figure]] = {}
    for figure in measured:
        grouped.setdefault(figure.name, []).append(figure)
    return {
        name: (spread(figure.value for figure in group), group[0].unit)
        for name, group in grouped.items()
    }
