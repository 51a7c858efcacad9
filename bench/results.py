"""All that one benchmark measured, as it is saved."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bench.measurement import Figure, Skipped, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """`began` in UTC; `machine` and `lengths` are names with what they were."""

    began: str
    machine: Mapping[str, str]
    lengths: Mapping[str, float]
    turns: Sequence[Turn]
    skipped: Sequence[Skipped]
    figures: Sequence[Figure]


def to_json(results: Results) -> str:
    """Every single measurement, so that others can be made of them."""
    return json.dumps(asdict(results), indent=1) + "\n"


def from_json(text: str) -> Results:
    """What `to_json` wrote."""
    read = json.loads(text)
    return Results(
        began=read["began"],
        machine=read["machine"],
        lengths=read["lengths"],
        turns=[Turn(**turn) for turn in read["turns"]],
        skipped=[Skipped(**skipped) for skipped in read["skipped"]],
        figures=[Figure(**figure) for figure in read["figures"]],
    )
