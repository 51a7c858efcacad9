"""From the store's answer to what the spool is told of each row.

Every function gives exactly one verdict a row, in the rows' order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.delivery.backoff import FIRST_SECONDS, Random, full_jitter, tame_asked_seconds
from service.delivery.classify import (
    TOO_LARGE,
    TOO_MANY_REQUESTS,
    Outcome,
    classify_item,
    counts_as_refusal,
    is_last_attempt,
)
from service.delivery.explain import explain_hold
from service.spool.ports import Ack, DeadLetter, Retry, Row, Verdict
from service.store import CONFLICT, ItemResult, StoreRefused

LONGEST_REASON = 1_000

CREATED = "created"
DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What became of rows.

    `counts` has them by the outcome that metrics show. `hold` is why the index must be held, None
    where it need not; `pauses`: nothing but probes may be sent to it meanwhile. `pushed_back`: the
    store had too much to do.
    """

    verdicts: tuple[Verdict, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    hold: str | None = None
    pauses: bool = True
    pushed_back: bool = False

    @property
    def gives_back(self) -> bool:
        """Whether some row comes back for no fault of its own."""
        return any(isinstance(verdict, Retry) and not verdict.refused for verdict in self.verdicts)


def judge_results(
    rows: Sequence[Row],
    results: Sequence[ItemResult],
    random: Random,
    *,
    longest_wait: float = FIRST_SECONDS,
) -> Judgement:
    """Decide about each row by its own result. Raises ValueError where the numbers differ.

    What may pass later waits for up to `longest_wait` seconds; what was refused for what it is,
    by how often it was.
    """
    verdicts: list[Verdict] = []
    counts: dict[str, int] = {}
    hold: str | None = None
    for row, result in zip(rows, results, strict=True):
        outcome = classify_item(result, attempts=row.attempts)
        label = outcome.value
        if outcome is Outcome.DONE:
            label = DUPLICATE if result.status == CONFLICT else CREATED
            verdicts.append(Ack(seq=row.seq))
        elif outcome is Outcome.DEAD:
            verdicts.append(_dead_letter(row, result.status, result.error_type, result.reason))
        elif outcome is Outcome.HOLD:
            hold = hold or explain_hold(result.status, result.error_type, result.reason)
            verdicts.append(Retry(seq=row.seq, delay_seconds=0.0))
        elif counts_as_refusal(result):
            delay = full_jitter(row.attempts, random)
            verdicts.append(Retry(seq=row.seq, delay_seconds=delay, refused=True))
        else:
            verdicts.append(Retry(seq=row.seq, delay_seconds=random() * longest_wait))
        counts[label] = counts.get(label, 0) + 1
    return Judgement(
        verdicts=tuple(verdicts),
        counts=counts,
        hold=hold,
        pushed_back=any(result.status == TOO_MANY_REQUESTS for result in results),
    )


def judge_unanswered(
    rows: Sequence[Row],
    random: Random,
    *,
    longest_wait: float = FIRST_SECONDS,
    asked_seconds: float | None = None,
    pushed_back: bool = False,
) -> Judgement:
    """Give all rows back after a request that may pass later.

    They share one throw of the dice, so that a batch stays a batch instead of trickling back.
    """
    delay = max(tame_asked_seconds(asked_seconds), random() * longest_wait)
    return Judgement(
        verdicts=tuple(Retry(seq=row.seq, delay_seconds=delay) for row in rows),
        pushed_back=pushed_back,
    )


def judge_held(rows: Sequence[Row], refusal: StoreRefused) -> Judgement:
    """Give all rows back at once and hold their index; what it waits for is the hold."""
    return Judgement(
        verdicts=tuple(Retry(seq=row.seq, delay_seconds=0.0) for row in rows),
        hold=explain_hold(refusal.status, refusal.error_type, str(refusal)),
    )


def judge_alone(row: Row, refusal: StoreRefused, random: Random) -> Judgement:
    """Decide about a row whose request was refused though nothing else was in it, and though other
    requests pass.

    It is dead at once where it is too large. Else it is dead only after several attempts: one
    answer of several servers behind an address says little about the next.
    """
    if refusal.status == TOO_LARGE or is_last_attempt(row.attempts):
        letter = _dead_letter(row, refusal.status, refusal.error_type, str(refusal))
        return Judgement(verdicts=(letter,), counts={Outcome.DEAD.value: 1})
    delay = full_jitter(row.attempts, random)
    return Judgement(
        verdicts=(Retry(seq=row.seq, delay_seconds=delay, refused=True),),
        counts={Outcome.RETRY.value: 1},
    )


def join(judgements: Sequence[Judgement]) -> Judgement:
    """One judgement of all the rows."""
    counts: dict[str, int] = {}
    for judgement in judgements:
        for label, count in judgement.counts.items():
            counts[label] = counts.get(label, 0) + count
    return Judgement(
        verdicts=tuple(verdict for judgement in judgements for verdict in judgement.verdicts),
        counts=counts,
        hold=next((judgement.hold for judgement in judgements if judgement.hold), None),
        pushed_back=any(judgement.pushed_back for judgement in judgements),
    )


def shortest_delay(verdicts: Sequence[Verdict]) -> float | None:
    """Seconds until the first of the rows given back is due; None where none was."""
    delays = [verdict.delay_seconds for verdict in verdicts if isinstance(verdict, Retry)]
    return min(delays, default=None)


def _dead_letter(row: Row, status: int, error_type: str | None, reason: str | None) -> DeadLetter:
    return DeadLetter(
        seq=row.seq,
        status=status,
        error_type=error_type,
        reason=None if reason is None else reason[:LONGEST_REASON],
    )
