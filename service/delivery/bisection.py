"""A batch and what was heard of it so far: which part to send next, and the verdicts in the end.

A refusal that some part of the batch may have caused halves it until the culprits are alone: about
2·log2(rows) requests for one of them. Pure: it is told each answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from service.delivery.backoff import Random
from service.delivery.classify import TOO_LARGE, TOO_MANY_REQUESTS, Outcome, classify_refusal
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

_ALONE_IS_ENOUGH = 2
"""Rows refused alone while no other part was answered: then it is not about the documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a batch came to. `failure` is why the store did not answer, None where it did."""

    judgement: Judgement
    failure: str | None = None

    @property
    def is_clean(self) -> bool:
        """Whether the store took the batch without asking for patience in any way."""
        judgement = self.judgement
        waits = judgement.pushed_back or judgement.hold or Outcome.RETRY.value in judgement.counts
        return self.failure is None and not waits


class Bisection:
    """One batch from its first request to one verdict a row."""

    def __init__(self, rows: Sequence[Row], random: Random) -> None:
        self._parts = [rows]
        self._random = random
        self._judged: list[Judgement] = []
        self._alone: list[tuple[Row, StoreRefused]] = []
        self._answered = False
        self._failure: str | None = None

    def next_part(self) -> Sequence[Row] | None:
        """The rows to send next, whose answer `take` expects; None when all is decided."""
        return self._parts[-1] if self._parts else None

    def take(self, answer: Sequence[ItemResult] | StoreError) -> str:
        """Note what the store said of the part; the request's outcome, as metrics name it."""
        part = self._parts.pop()
        if isinstance(answer, StoreRefused):
            return self._take_refusal(part, answer)
        if isinstance(answer, StoreError):
            return self._fail(part, answer)
        if len(answer) != len(part):
            text = f"the store gave {len(answer)} results for {len(part)} documents"
            return self._fail(part, StoreUnavailable(text))
        self._answered = True
        self._judged.append(judge_results(part, answer, self._random))
        return ANSWERED

    def report(self) -> Report:
        """The verdicts of all rows, once there is no next part."""
        alone = [
            judge_alone(row, refusal, others_answered=self._answered)
            for row, refusal in self._alone
        ]
        return Report(judgement=join([*self._judged, *alone]), failure=self._failure)

    def _take_refusal(self, part: Sequence[Row], refusal: StoreRefused) -> str:
        outcome = classify_refusal(refusal)
        if outcome is Outcome.RETRY:
            return self._fail(part, refusal)
        if outcome is Outcome.HOLD:
            self._judged.append(judge_held([*part, *self._take_rest()], refusal))
        elif len(part) > 1:
            middle = len(part) // 2
            self._parts += [part[middle:], part[:middle]]
        else:
            outcome = Outcome.DEAD
            self._alone.append((part[0], refusal))
            if self._is_about_all(refusal):
                self._judged.append(judge_held(self._take_rest(), refusal))
        return outcome.value

    def _is_about_all(self, refusal: StoreRefused) -> bool:
        return (
            not self._answered
            and refusal.status != TOO_LARGE
            and len(self._alone) >= _ALONE_IS_ENOUGH
        )

    def _fail(self, part: Sequence[Row], error: StoreError) -> str:
        asked, pushed_back = None, False
        if isinstance(error, StoreRefused):
            asked, pushed_back = error.retry_after_seconds, error.status == TOO_MANY_REQUESTS
        self._failure = describe_failure(error)
        self._judged.append(
            judge_unanswered(
                [*part, *self._take_rest()],
                self._random,
                asked_seconds=asked,
                pushed_back=pushed_back,
            )
        )
        return Outcome.RETRY.value

    def _take_rest(self) -> list[Row]:
        rest = [row for part in self._parts for row in part]
        self._parts = []
        return rest
