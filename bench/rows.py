"""The rows of the table: what is sent to whom, over how many connections."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.contenders import EVERYBODY, FORMWELL, FORMWELL_OPENSEARCH, LIMIT, Contender
from bench.wrk import Counted, Kind

_HERE = (LIMIT, FORMWELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`shares_cores`: nobody is kept on a core, so that two workers have one each, and the load
    generator takes its time from theirs."""

    name: str
    title: str
    kind: Kind = Kind.SUBMIT
    connections: int = 64
    contenders: Sequence[Contender] = EVERYBODY
    workers: int = 1
    shares_cores: bool = False

    @property
    def keeps(self) -> bool:
        """Whether every acknowledged request is a new submission, and so to be found afterwards."""
        return self.kind in {Kind.SUBMIT, Kind.ESSAY, Kind.JSON, Kind.CLOSE}

    def right_answers(self, contender: Contender, counted: Counted) -> int:
        """How many answers were those of this row: a refusal to who sends nonsense, where anybody
        looks at what is sent, and otherwise no refusal."""
        refuses = self.kind is Kind.INVALID and contender is not LIMIT
        return counted.refused if refuses else counted.acknowledged


ROWS = (
    Row(name="submit", title="Small submissions, 64 connections"),
    Row(name="submit-16", title="Small submissions, 16 connections", connections=16),
    Row(name="submit-256", title="Small submissions, 256 connections", connections=256),
    Row(name="submit-1000", title="Small submissions, 1,000 connections", connections=1_000),
    Row(name="essay", title="Essays of 2,000 characters", kind=Kind.ESSAY),
    Row(
        name="json",
        title="JSON",
        kind=Kind.JSON,
        contenders=(LIMIT, FORMWELL, FORMWELL_OPENSEARCH),
    ),
    Row(name="invalid", title="Invalid submissions", kind=Kind.INVALID, contenders=_HERE),
    Row(name="repeat", title="Repeats of 500 submissions", kind=Kind.REPEAT, contenders=_HERE),
    Row(name="page", title="GET of the form's page", kind=Kind.PAGE, contenders=_HERE),
    Row(
        name="close",
        title="Small submissions, keep-alive off",
        kind=Kind.CLOSE,
        contenders=_HERE,
    ),
    Row(
        name="workers-1",
        title="One worker, cores shared with the load generator",
        contenders=_HERE,
        shares_cores=True,
    ),
    Row(
        name="workers-2",
        title="Two workers, cores shared with the load generator",
        contenders=_HERE,
        shares_cores=True,
        workers=2,
    ),
)
