"""One verdict a row, in order, whatever the store said."""

import pytest

from service.delivery.verdicts import (
    join,
    judge_alone,
    judge_held,
    judge_results,
    judge_unanswered,
    shortest_delay,
)
from service.spool.ports import Ack, DeadLetter, Retry
from service.store import StoreRefused
from tests.delivery.fakes import BLOCKED, BUSY, CONFLICT, CREATED, MAPPING, make_row


def _middle() -> float:
    return 0.5


def test_each_row_is_judged_by_its_own_result() -> None:
    rows = [make_row(seq, attempts=2) for seq in range(1, 6)]
    judgement = judge_results(rows, [CREATED, CONFLICT, BUSY, MAPPING, BLOCKED], _middle)
    assert judgement.verdicts == (
        Ack(seq=1),
        Ack(seq=2),
        Retry(seq=3, delay_seconds=1.0),
        DeadLetter(seq=4, status=400, error_type="mapper_parsing_exception", reason=MAPPING.reason),
        Retry(seq=5, delay_seconds=0.0),
    )
    assert judgement.counts == {"created": 1, "duplicate": 1, "retry": 1, "dead": 1, "hold": 1}
    assert judgement.pushed_back
    assert judgement.hold is not None
    assert "403 cluster_block_exception" in judgement.hold


def test_results_are_never_matched_short() -> None:
    with pytest.raises(ValueError, match="shorter"):
        judge_results([make_row(1), make_row(2)], [CREATED], _middle)


def test_a_blocked_index_has_not_too_much_to_do() -> None:
    assert not judge_results([make_row()], [BLOCKED], _middle).pushed_back


def test_rows_of_an_unanswered_request_come_back_together_by_their_attempts() -> None:
    throws = iter([0.5])
    rows = [make_row(1), make_row(2), make_row(3, attempts=3)]
    judgement = judge_unanswered(rows, lambda: next(throws))
    assert judgement.verdicts == (
        Retry(seq=1, delay_seconds=0.25),
        Retry(seq=2, delay_seconds=0.25),
        Retry(seq=3, delay_seconds=2.0),
    )
    assert shortest_delay(judgement.verdicts) == 0.25


def test_what_the_store_asks_for_is_the_least_a_row_waits() -> None:
    judgement = judge_unanswered([make_row()], _middle, asked_seconds=7)
    assert judgement.verdicts == (Retry(seq=1, delay_seconds=7),)


def test_a_held_batch_comes_back_at_once_with_a_reason_that_quotes_nothing() -> None:
    refusal = StoreRefused("no <b>secret</b>", status=403, error_type="security_exception")
    judgement = judge_held([make_row()], refusal)
    assert judgement.verdicts == (Retry(seq=1, delay_seconds=0.0),)
    assert judgement.hold is not None
    assert "credentials" in judgement.hold
    assert "secret" not in judgement.hold


@pytest.mark.parametrize(
    ("status", "attempts", "others_answered", "is_dead"),
    [
        (400, 0, True, True),
        (400, 0, False, False),
        (400, 3, False, False),
        (400, 4, False, True),
        (413, 0, False, True),
    ],
)
def test_a_row_refused_alone_is_dead_once_the_fault_is_surely_its_own(
    status: int, attempts: int, others_answered: bool, is_dead: bool
) -> None:
    refusal = StoreRefused("x" * 2_000, status=status)
    judgement = judge_alone(make_row(attempts=attempts), refusal, others_answered=others_answered)
    (verdict,) = judgement.verdicts
    assert isinstance(verdict, DeadLetter) is is_dead
    assert (judgement.hold is None) is is_dead
    if isinstance(verdict, DeadLetter):
        assert verdict.reason == "x" * 1_000


def test_joined_judgements_keep_every_row_and_count() -> None:
    parts = [
        judge_results([make_row(1)], [CREATED], _middle),
        judge_results([make_row(2), make_row(3)], [BLOCKED, CREATED], _middle),
        judge_unanswered([make_row(4)], _middle, pushed_back=True),
    ]
    whole = join(parts)
    assert [verdict.seq for verdict in whole.verdicts] == [1, 2, 3, 4]
    assert whole.counts == {"created": 2, "hold": 1}
    assert whole.hold == parts[1].hold
    assert whole.pushed_back
    assert shortest_delay(join([]).verdicts) is None
