"""What is done to the service and to its store, and in which order: a seed says all of it. Pure.

Each kind comes once in a round before any comes again. Three seeds in a row share the first round:
each begins at another third of it, so that together they have had every kind before they are done.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TypeVar

_MOST_BULKS = 2  # five failed requests in a row would open the circuit, and few bulks would follow
_REFUSING_SECONDS = 1.0  # nobody sees how many bulks met it after the first
_SHARING = 3  # seeds a first round
_HOUR = 3_600

T = TypeVar("T")


class StoreFault(StrEnum):
    """What the way to the store, or the store itself, does to bulks."""

    REFUSES = "refuses connections"
    HANGS = "does not answer, then resets the connection"
    IS_LATE = "does the bulk late"
    RESETS_AFTER = "resets the connection after it did the bulk"
    RESETS_BEFORE = "resets the connection before it did the bulk"
    TRUNCATES = "stops in the middle of its answer"
    SAYS_HTML = "answers with a page and 200"
    DOES_FEWER = "does fewer than were sent, and tells of those"
    TELLS_OF_MORE = "does none, and tells of more than were sent"
    IS_BUSY = "answers 429"
    IS_BUSY_FOR_SOME = "answers 429 for each second document"
    IS_UNAVAILABLE = "answers 503"
    IS_BLOCKED = "answers 403, blocked"
    HAS_NO_INDEX = "answers 404"
    LOSES_INDEX = "loses the index"


class ServiceFault(StrEnum):
    """What happens to the process, or to its clock."""

    IS_KILLED = "is killed"
    IS_STOPPED = "is stopped for a while"
    JUMPS = "has its clock set"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStep:
    """A fault that is over after so many bulks met it, or so long after the first did."""

    fault: StoreFault
    bulks: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStep:
    """A fault that comes after a pause and lasts so long. `clock`: how far off, in seconds."""

    fault: ServiceFault
    pause_seconds: float
    seconds: float
    clock: int


_SERVICE_ROUND = (
    *(ServiceFault.IS_KILLED,) * 3,  # each finds the service at another moment of its work
    ServiceFault.IS_STOPPED,
    ServiceFault.JUMPS,
)


def own_share(seed: int) -> Sequence[StoreFault]:
    """What this seed begins with: a third of all kinds; its neighbours have the others."""
    return _first_round(seed)[: len(StoreFault) // _SHARING]


def store_steps(seed: int) -> Iterator[StoreStep]:
    """What happens to the store, the own share first; without end."""
    random = Random(f"store {seed}")
    kinds = _first_round(seed)
    while True:
        for fault in kinds:
            yield StoreStep(
                fault=fault,
                bulks=random.randint(1, _MOST_BULKS),
                seconds=_REFUSING_SECONDS
                if fault is StoreFault.REFUSES
                else round(random.uniform(1.0, 3.0), 2),
            )
        kinds = _shuffled(tuple(StoreFault), random)


def service_steps(seed: int) -> Iterator[ServiceStep]:
    """What happens to the service; without end."""
    random = Random(f"service {seed}")
    while True:
        for fault in _shuffled(_SERVICE_ROUND, random):
            yield ServiceStep(
                fault=fault,
                pause_seconds=round(random.uniform(0.5, 2.0), 2),
                seconds=round(random.uniform(0.0, 1.0), 2),
                clock=random.choice((-24, -1, 1, 24)) * _HOUR,
            )


def _first_round(seed: int) -> Sequence[StoreFault]:
    group, place = divmod(seed - 1, _SHARING)
    kinds = _shuffled(tuple(StoreFault), Random(f"first round {group}"))
    first = place * (len(kinds) // _SHARING)
    return [*kinds[first:], *kinds[:first]]


def _shuffled(kinds: Sequence[T], random: Random) -> Sequence[T]:
    return random.sample(kinds, len(kinds))
