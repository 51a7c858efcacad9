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
from service.store import ItemResult, StoreRefused
from tests.delivery.fakes import BLOCKED, BUSY, CONFLICT, CREATED, MAPPING, make_row


def _middle() -> float:
    return 0.5


def test_each_row_is_judged_by_its_own_result() -> None:
    rows = [make_row(seq, attempts=2) for seq in range(1, 6)]
    judgement = judge_results(
        rows, [CREATED, CONFLICT, BUSY, MAPPING, BLOCKED], _middle, longest_wait=4.0
    )
    assert judgement.verdicts == (
        Ack(seq=1),
        Ack(seq=2),
        Retry(seq=3, delay_seconds=2.0),
        DeadLetter(seq=4, status=400, error_type="mapper_parsing_exception", reason=MAPPING.reason),
        Retry(seq=5, delay_seconds=0.0),
    )
    assert judgement.counts == {"created": 1, "duplicate": 1, "retry": 1, "dead": 1, "hold": 1}
    assert judgement.pushed_back
    assert judgement.hold is not None
    assert "403 cluster_block_exception" in judgement.hold


def test_results_are_never_matched_short() -> None:
    with pytest.raises(ValueError, match="shorter"):
        judge_results([make_row(1), make_row(2)], [CREATED], _middle, longest_wait=0.5)


def test_a_blocked_index_has_not_too_much_to_do() -> None:
    judgement = judge_results([make_row()], [BLOCKED], _middle, longest_wait=0.5)
    assert not judgement.pushed_back


def test_only_what_a_row_was_refused_for_counts_against_it() -> None:
    strange = ItemResult(status=400, error_type="new_exception")
    away = ItemResult(status=503, error_type="unavailable_shards_exception")
    rows = [make_row(seq, attempts=3) for seq in (1, 2, 3)]
    judgement = judge_results(rows, [strange, away, BLOCKED], _middle, longest_wait=0.5)
    assert judgement.verdicts == (
        Retry(seq=1, delay_seconds=2.0, refused=True),
        Retry(seq=2, delay_seconds=0.25),
        Retry(seq=3, delay_seconds=0.0),
    )


def test_rows_of_an_unanswered_request_come_back_together() -> None:
    throws = iter([0.5])
    rows = [make_row(1), make_row(2), make_row(3, attempts=3)]
    judgement = judge_unanswered(rows, lambda: next(throws), longest_wait=8.0)
    assert judgement.verdicts == tuple(Retry(seq=seq, delay_seconds=4.0) for seq in (1, 2, 3))
    assert shortest_delay(judgement.verdicts) == 4.0


def test_what_the_store_asks_for_is_the_least_a_row_waits() -> None:
    judgement = judge_unanswered([make_row()], _middle, longest_wait=0.5, asked_seconds=7)
    assert judgement.verdicts == (Retry(seq=1, delay_seconds=7),)


def test_a_held_batch_comes_back_at_once_with_a_reason_that_quotes_nothing() -> None:
    refusal = StoreRefused("no <b>secret</b>", status=403, error_type="security_exception")
    judgement = judge_held([make_row()], refusal)
    assert judgement.verdicts == (Retry(seq=1, delay_seconds=0.0),)
    assert judgement.hold is not None
    assert "credentials" in judgement.hold
    assert "secret" not in judgement.hold


@pytest.mark.parametrize(
    ("status", "attempts", "is_dead"),
    [(400, 0, False), (400, 3, False), (400, 4, True), (413, 0, True)],
)
def test_a_row_refused_alone_is_dead_when_too_large_or_after_several_attempts(
    status: int, attempts: int, is_dead: bool
) -> None:
    refusal = StoreRefused("x" * 2_000, status=status)
    judgement = judge_alone(make_row(attempts=attempts), refusal, _middle)
    (verdict,) = judgement.verdicts
    assert judgement.hold is None
    if is_dead:
        assert isinstance(verdict, DeadLetter)
        assert verdict.reason == "x" * 1_000
    else:
        assert isinstance(verdict, Retry)
        assert verdict.refused


def test_joined_judgements_keep_every_row_and_count() -> None:
    parts = [
        judge_results([make_row(1)], [CREATED], _middle, longest_wait=0.5),
        judge_results([make_row(2), make_row(3)], [BLOCKED, CREATED], _middle, longest_wait=0.5),
        judge_unanswered([make_row(4)], _middle, longest_wait=0.5, pushed_back=True),
    ]
    whole = join(parts)
    assert [verdict.seq for verdict in whole.verdicts] == [1, 2, 3, 4]
    assert whole.counts == {"created": 2, "hold": 1}
    assert whole.hold == parts[1].hold
    assert whole.pushed_back
    assert shortest_delay(join([]).verdicts) is None
