"""How much of something is allowed in which time. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_UNITS: Mapping[str, int] = {"second": 1, "minute": 60, "hour": 3_600}
_RATE = re.compile(r"([1-9][0-9]{0,8}) ?/ ?([a-z]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`count` at once after a rest, and as many in every `seconds` that follow, evenly spread."""

    count: int
    seconds: int


def read_rate(text: str) -> Rate:
    """`60/minute` and its like, per second, minute or hour; ValueError for anything else."""
    found = _RATE.fullmatch(text.lower())
    if found is None or found[2] not in _UNITS:
        raise ValueError(text)
    return Rate(count=int(found[1]), seconds=_UNITS[found[2]])
