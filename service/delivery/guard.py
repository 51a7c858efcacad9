"""Sees to it that nobody finds a hundred thousand dead letters in the morning.

What the store refuses for good is set aside, one by one. When that would happen to more than a
fifth of what an index was sent lately, and for one reason, it is the form or the index that is
wrong, not the documents; and when there is no room for more dead letters, none may be dropped. In
both cases the documents are given back instead, to come again after a while, and the index is held.
What the store takes goes on: the hold pauses the index only while nothing of it passes.

Pure: times are seconds of a monotonic clock, passed in.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from service.delivery.classify import Outcome
from service.delivery.explain import explain_no_room, explain_too_many, name_error
from service.delivery.verdicts import Judgement
from service.spool.ports import Ack, DeadLetter, Leave, Retry, Verdict

WINDOW = 1_000
LEAST_JUDGED = 50
ONE_IN = 5

SAMPLES = 3
"""How many are set aside all the same, so that there are some to look at."""

WITHHELD_SECONDS = 60.0
_UNDER_THAT = WITHHELD_SECONDS - 1.0  # clocks differ a bit: those that came back are not early


@dataclass(slots=True)
class _Lane:
    """What became of the last documents of an index: the reason, or None where it was taken."""

    last: deque[str | None] = field(default_factory=lambda: deque(maxlen=WINDOW))
    withheld_at: float = float("-inf")
    why: str = ""
    samples: int = SAMPLES

    def too_many(self) -> frozenset[str]:
        """The reasons for which more than one in so many were refused."""
        if len(self.last) < LEAST_JUDGED:
            return frozenset()
        counts: Mapping[str | None, int] = Counter(self.last)
        return frozenset(
            reason
            for reason, count in counts.items()
            if reason is not None and count * ONE_IN > len(self.last)
        )

    def why_not(
        self, index: str, reason: str, too_many: frozenset[str], leave: Leave
    ) -> str | None:
        """Why a document must not be set aside now; None where it may be."""
        if leave is Leave.NOTHING:
            return explain_no_room()
        if reason not in too_many:
            return None
        if self.samples:
            self.samples -= 1
            return None
        return explain_too_many(index, reason)


class Guard:
    """Decides of each judgement whether its dead letters are set aside now.

    `may_set_aside` says what may be done for an index: see `Outbox.may_set_aside`.
    """

    def __init__(self, may_set_aside: Callable[[str], Leave]) -> None:
        self._may_set_aside = may_set_aside
        self._lanes: dict[str, _Lane] = {}

    def check(self, index: str, judgement: Judgement, now: float) -> Judgement:
        """The judgement, with those given back that must not be set aside now, and the hold."""
        lane = self._lanes.setdefault(index, _Lane())
        lane.last.extend(
            _reason(verdict) if isinstance(verdict, DeadLetter) else None
            for verdict in judgement.verdicts
            if not isinstance(verdict, Retry)
        )
        leave = self._may_set_aside(index)
        too_many = lane.too_many() if leave is Leave.USUAL else frozenset()
        was_held = now - lane.withheld_at < _UNDER_THAT
        if not too_many and not was_held:
            lane.samples = SAMPLES
        verdicts: list[Verdict] = []
        for verdict in judgement.verdicts:
            why = None
            if isinstance(verdict, DeadLetter):
                why = lane.why_not(index, _reason(verdict), too_many, leave)
            if why is None:
                verdicts.append(verdict)
            else:
                lane.why, lane.withheld_at = why, now
                verdicts.append(Retry(seq=verdict.seq, delay_seconds=WITHHELD_SECONDS))
        withheld = sum(a is not b for a, b in zip(verdicts, judgement.verdicts, strict=True))
        checked = replace(
            judgement, verdicts=tuple(verdicts), counts=_moved(judgement.counts, withheld)
        )
        if judgement.hold is not None or not (withheld or was_held):
            return checked
        passes = any(isinstance(verdict, Ack) for verdict in verdicts)
        return replace(checked, hold=lane.why, pauses=withheld > 0 and not passes)


def _reason(letter: DeadLetter) -> str:
    return name_error(letter.status, letter.error_type)


def _moved(counts: Mapping[str, int], withheld: int) -> Mapping[str, int]:
    moved = Counter(counts)
    moved[Outcome.DEAD.value] -= withheld
    moved[Outcome.HOLD.value] += withheld
    return +moved
