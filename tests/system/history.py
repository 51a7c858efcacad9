"""What clients saw, what the store holds, and whether the two agree. Pure.

After Jepsen's set checker (jepsen-io/jepsen, checker.clj): what was acknowledged must be there,
what is there must have been attempted, and what had no answer may be either.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_ASKING_FOR_A_REPEAT = ("408", "429")


class Kind(StrEnum):
    """One step of one submission, as its client saw it."""

    INVOKE = "invoke"  # it is about to be sent
    OK = "ok"  # a receipt was answered
    FAIL = "fail"  # an answer without a receipt, or nobody there to take it
    INFO = "info"  # no answer: it may have been taken or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`essay` tells submissions apart; `receipt` is there with OK, `detail` with FAIL and INFO.

    `at`: seconds by a monotonic clock.
    """

    at: float = 0.0
    kind: Kind
    essay: str
    receipt: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A document as the store gave it back: its id, and what makes it recognisable."""

    id: str
    essay: str


def find_faults(history: Iterable[Event], documents: Sequence[Stored]) -> Sequence[str]:
    """A sentence for each way in which the store does not hold what was promised; none is well."""
    invoked: set[str] = set()
    receipts: dict[str, set[str]] = defaultdict(set)
    for event in history:
        if event.kind is Kind.INVOKE:
            invoked.add(event.essay)
        elif event.receipt is not None:
            receipts[event.essay].add(event.receipt)
    return [
        *_two_receipts(receipts),
        *_missing(receipts, documents),
        *_doubled(documents),
        *(f"stranger: {each.id} was never sent" for each in documents if each.essay not in invoked),
    ]


def find_refusals(history: Iterable[Event]) -> Sequence[str]:
    """A sentence for each time something sound, or a repeat of it, was refused for good."""
    return [
        f"refused: {event.essay} was answered with {event.detail}"
        for event in history
        if event.kind is Kind.FAIL
        and event.detail is not None
        and event.detail[:1] == "4"
        and event.detail not in _ASKING_FOR_A_REPEAT
    ]


def count(history: Iterable[Event], kind: Kind) -> int:
    """How many events are of this kind."""
    return sum(event.kind is kind for event in history)


def answered(history: Iterable[Event]) -> set[str]:
    """The essays for which a receipt was answered."""
    return {event.essay for event in history if event.kind is Kind.OK}


def _two_receipts(receipts: dict[str, set[str]]) -> Iterator[str]:
    for essay, given in receipts.items():
        if len(given) > 1:
            yield f"two receipts: {essay} was answered with {sorted(given)}"


def _missing(receipts: dict[str, set[str]], documents: Sequence[Stored]) -> Iterator[str]:
    held = {document.id: document.essay for document in documents}
    for essay, given in receipts.items():
        for receipt in given:
            if receipt not in held:
                yield f"missing: {receipt} was answered for {essay}"
            elif held[receipt] != essay:
                yield f"mixed up: {receipt} was answered for {essay} and holds {held[receipt]}"


def _doubled(documents: Sequence[Stored]) -> Iterator[str]:
    for name, values in (
        ("id", (document.id for document in documents)),
        ("essay", (document.essay for document in documents)),
    ):
        for value, times in Counter(values).items():
            if times > 1:
                yield f"doubled: {name} {value} is there {times} times"
