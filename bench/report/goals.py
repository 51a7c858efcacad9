"""What the service is meant to reach, and what it did. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.measurement import Turn
from bench.report.medians import Spread, figures, spread
from bench.report.table import markdown, shown
from bench.results import Results

FORMWELL = "formwell"
OPENSEARCH = "formwell-opensearch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A bound, as a least or a most, on the median of what was measured."""

    title: str
    measured: Callable[[Results], Spread | None]
    unit: str
    least: float | None = None
    most: float | None = None

    def is_reached(self, median: float) -> bool:
        """Whether this median is within the bounds."""
        return (self.least is None or median >= self.least) and (
            self.most is None or median <= self.most
        )

    @property
    def bound(self) -> str:
        """As people write it."""
        if self.least is not None:
            return f"≥ {self.least:g} {self.unit}"
        return f"≤ {self.most:g} {self.unit}"


def versus(
    row: str,
    contender: str,
    other: str,
    *,
    other_row: str | None = None,
    value: Callable[[Turn], float] = lambda turn: turn.per_second,
) -> Callable[[Results], Spread | None]:
    """One contender by another, each round by itself; the other may be of another row."""

    def ratio(results: Results) -> Spread | None:
        turns = {(turn.row, turn.contender, turn.round): turn for turn in results.turns}
        ratios = [
            value(turn) / value(against)
            for turn in results.turns
            if (turn.row, turn.contender) == (row, contender)
            and (against := turns.get((other_row or row, other, turn.round))) is not None
            and value(against)
        ]
        return spread(ratios) if ratios else None

    return ratio


def backlog_seconds(results: Results) -> Spread | None:
    """How many seconds of its own throughput wait for OpenSearch when the load ends; where delivery
    keeps up, that does not depend on how long it lasted."""
    seconds = [
        turn.backlog / turn.per_second
        for turn in results.turns
        if (turn.row, turn.contender) == ("submit", OPENSEARCH)
        and turn.backlog is not None
        and turn.per_second
    ]
    return spread(seconds) if seconds else None


def found_everything(results: Results) -> Spread | None:
    """The part of all turns after which nothing was missing, and nothing there that nobody sent."""
    counted = [turn.everything_found for turn in results.turns if turn.found is not None]
    if not counted:
        return None
    part = sum(counted) / len(counted)
    return Spread(median=part, least=part, greatest=part)


def figure(name: str) -> Callable[[Results], Spread | None]:
    """A figure that was measured beside the rows."""

    def found(results: Results) -> Spread | None:
        measured = figures(results.figures).get(name)
        return measured[0] if measured else None

    return found


GOALS: Sequence[Goal] = (
    Goal(
        title="Accepted and fsynced, 64 connections, null store",
        measured=versus("submit", FORMWELL, "limit"),
        unit="× the limit",
        least=0.5,
    ),
    Goal(
        title="p99 of the same",
        measured=versus("submit", FORMWELL, "limit", value=lambda turn: turn.p99_ms),
        unit="× the limit",
        most=3,
    ),
    Goal(
        title="The same, delivering all of it to a real OpenSearch",
        measured=versus("submit", OPENSEARCH, "limit"),
        unit="× the limit",
        least=0.35,
    ),
    Goal(
        title="What waits for OpenSearch when that load ends",
        measured=backlog_seconds,
        unit="s of submissions",
        most=1,
    ),
    Goal(
        title="Everything acknowledged found, in all rows",
        measured=found_everything,
        unit="of all turns",
        least=1,
    ),
    Goal(
        title="Against FastAPI with one awaited write each, same OpenSearch",
        measured=versus("submit", OPENSEARCH, "fastapi"),
        unit="×",
        least=6,
    ),
    Goal(
        title="Against the tutorial's design, same OpenSearch",
        measured=versus("submit", OPENSEARCH, "flask"),
        unit="×",
        least=40,
    ),
    Goal(
        title="GET of the form's page",
        measured=versus("page", FORMWELL, "limit"),
        unit="× the limit",
        least=0.6,
    ),
    Goal(
        title="Draining a backlog into OpenSearch",
        measured=figure("drain.ratio"),
        unit="× a bare bulk loader",
        least=0.5,
    ),
    Goal(
        title="Peak memory, very many rows waiting",
        measured=figure("waiting.memory"),
        unit="MiB",
        most=200,
    ),
    Goal(title="Start to ready, empty spool", measured=figure("start.empty"), unit="s", most=1.2),
    Goal(
        title="Start to ready, very many rows waiting",
        measured=figure("start.waiting"),
        unit="s",
        most=2,
    ),
    Goal(
        title="Goodput at three times the capacity",
        measured=figure("overload.goodput"),
        unit="× the peak",
        least=0.8,
    ),
    Goal(
        title="p99 of a refusal meanwhile",
        measured=figure("overload.refused_p99"),
        unit="ms",
        most=50,
    ),
    Goal(
        title="Throughput five seconds later",
        measured=figure("overload.after_peak"),
        unit="× the peak",
        least=0.9,
    ),
    Goal(
        title="Two workers, load generator on the same cores",
        measured=versus("workers-2", FORMWELL, FORMWELL, other_row="workers-1"),
        unit="× one",
        least=1.4,
    ),
)


def goals_table(results: Results) -> str:
    """The goals of which anything was measured; empty where there is none."""
    rows = [
        (goal.title, goal.bound, shown(measured, 2), _verdict(goal, measured))
        for goal in GOALS
        if (measured := goal.measured(results)) is not None
    ]
    return markdown(("figure", "goal", "measured", "reached"), rows) if rows else ""


def _verdict(goal: Goal, measured: Spread) -> str:
    return "yes" if goal.is_reached(measured.median) else "**no**"
