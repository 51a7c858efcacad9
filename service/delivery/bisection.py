"""A batch and what was heard of it so far: which part to send next, and the verdicts in the end.

A refusal that some part of the batch may have caused halves it until the culprits are alone: about
2·log2(rows) requests for one of them. Alone, a row is suspected, no more: the store, or a proxy,
may refuse everything, from one request to the next. So the control follows it, and where that is
refused too, nothing is counted against any row. Pure: it is told each answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from service.delivery.backoff import Random
from service.delivery.classify import TOO_LARGE, TOO_MANY_REQUESTS, Outcome, classify_refusal
from service.delivery.control import CONTROL
from service.delivery.explain import describe_failure
from service.delivery.verdicts import (
    Judgement,
    join,
    judge_alone,
    judge_held,
    judge_results,
    judge_unanswered,
)
from service.spool.ports import Row
from service.store import ItemResult, StoreError, StoreRefused, StoreUnavailable

ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a batch came to. `failure` is why the store did not answer, None where it did."""

    judgement: Judgement
    failure: str | None = None

    @property
    def is_clean(self) -> bool:
        """Whether the store took the batch without asking for patience in any way."""
        judgement = self.judgement
        held = judgement.hold is not None and judgement.pauses
        waits = judgement.pushed_back or held or Outcome.RETRY.value in judgement.counts
        return self.failure is None and not waits


class Bisection:
    """One batch from its first request to one verdict a row.

    What may pass later is told to wait for up to `longest_wait` seconds.
    """

    def __init__(self, rows: Sequence[Row], random: Random, *, longest_wait: float) -> None:
        self._parts = [rows]
        self._random = random
        self._longest_wait = longest_wait
        self._suspect: tuple[Row, StoreRefused] | None = None
        self._judged: list[Judgement] = []
        self._failure: str | None = None

    def next_part(self) -> Sequence[Row] | None:
        """The rows to send next, whose answer `take` expects; None when all is decided."""
        if self._suspect is not None:
            return [CONTROL]
        return self._parts[-1] if self._parts else None

    def take(self, answer: Sequence[ItemResult] | StoreError) -> str:
        """Note what the store said of the part; the request's outcome, as metrics name it."""
        suspect, self._suspect = self._suspect, None
        part = self._parts.pop() if suspect is None else [suspect[0]]
        if isinstance(answer, StoreRefused):
            return self._take_refusal(part, answer, is_control=suspect is not None)
        if isinstance(answer, StoreError):
            return self._fail(part, answer)
        if len(answer) != len(part):
            text = f"the store gave {len(answer)} results for {len(part)} documents"
            return self._fail(part, StoreUnavailable(text))
        self._judged.append(
            judge_results(part, answer, self._random, longest_wait=self._longest_wait)
            if suspect is None
            else judge_alone(*suspect, self._random)
        )
        return ANSWERED

    def report(self) -> Report:
        """The verdicts of all rows, once there is no next part."""
        return Report(judgement=join(self._judged), failure=self._failure)

    def _take_refusal(self, part: Sequence[Row], refusal: StoreRefused, *, is_control: bool) -> str:
        outcome = classify_refusal(refusal)
        if outcome is Outcome.RETRY:
            return self._fail(part, refusal)
        if outcome is Outcome.HOLD or is_control:
            self._judged.append(judge_held([*part, *self._take_rest()], refusal))
            return Outcome.HOLD.value
        if len(part) > 1:
            middle = len(part) // 2
            self._parts += [part[middle:], part[:middle]]
        elif refusal.status == TOO_LARGE:
            self._judged.append(judge_alone(part[0], refusal, self._random))
            return Outcome.DEAD.value
        else:
            self._suspect = part[0], refusal
        return Outcome.SPLIT.value

    def _fail(self, part: Sequence[Row], error: StoreError) -> str:
        asked, pushed_back = None, False
        if isinstance(error, StoreRefused):
            asked, pushed_back = error.retry_after_seconds, error.status == TOO_MANY_REQUESTS
        self._failure = describe_failure(error)
        self._judged.append(
            judge_unanswered(
                [*part, *self._take_rest()],
                self._random,
                longest_wait=self._longest_wait,
                asked_seconds=asked,
                pushed_back=pushed_back,
            )
        )
        return Outcome.RETRY.value

    def _take_rest(self) -> list[Row]:
        rest = [row for part in self._parts for row in part]
        self._parts = []
        return rest
