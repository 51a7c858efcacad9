"""Halving a batch, step by step."""

from collections.abc import Sequence

from service.delivery.bisection import Bisection
from service.delivery.control import CONTROL
from service.spool.ports import Ack, DeadLetter, Retry
from service.store import StoreRefused, StoreUnavailable
from tests.delivery.fakes import CREATED, MAPPING, make_row

MALFORMED = StoreRefused("malformed", status=400)
TOO_LARGE = StoreRefused("too large", status=413)


def _rows(count: int) -> Sequence[int]:
    return range(1, count + 1)


def _bisection(count: int) -> Bisection:
    return Bisection([make_row(seq) for seq in _rows(count)], lambda: 0.5, longest_wait=8.0)


def _part(bisection: Bisection) -> list[int] | None:
    part = bisection.next_part()
    return None if part is None else [row.seq for row in part]


def test_parts_come_in_order_until_the_culprit_is_alone() -> None:
    bisection = _bisection(4)
    assert bisection.take(MALFORMED) == "split"
    assert _part(bisection) == [1, 2]
    assert bisection.take([CREATED, CREATED]) == "answered"
    assert _part(bisection) == [3, 4]
    assert bisection.take(MALFORMED) == "split"
    assert bisection.take(MALFORMED) == "split"
    assert bisection.next_part() == [CONTROL]
    assert bisection.take([MAPPING]) == "answered"
    assert _part(bisection) == [4]
    assert bisection.take([CREATED]) == "answered"
    assert bisection.next_part() is None
    verdicts = {verdict.seq: verdict for verdict in bisection.report().judgement.verdicts}
    assert verdicts.pop(3) == Retry(seq=3, delay_seconds=0.25, refused=True)
    assert set(verdicts.values()) == {Ack(seq=1), Ack(seq=2), Ack(seq=4)}


def test_a_row_is_set_aside_when_it_was_refused_alone_often_enough() -> None:
    bisection = Bisection([make_row(1, attempts=4)], lambda: 0.5, longest_wait=0.5)
    bisection.take(MALFORMED)
    bisection.take([MAPPING])
    (verdict,) = bisection.report().judgement.verdicts
    assert isinstance(verdict, DeadLetter)
    assert verdict.status == MALFORMED.status


def test_a_failure_in_the_middle_gives_all_the_rest_back() -> None:
    bisection = _bisection(8)
    bisection.take(MALFORMED)
    bisection.take(MALFORMED)
    bisection.take([CREATED, CREATED])
    assert bisection.take(StoreUnavailable("gone")) == "retry"
    assert bisection.next_part() is None
    report = bisection.report()
    assert report.failure == "gone"
    assert not report.is_clean
    assert report.judgement.verdicts == (
        Ack(seq=1),
        Ack(seq=2),
        *(Retry(seq=seq, delay_seconds=4.0) for seq in range(3, 9)),
    )


def test_a_wrong_number_of_results_is_a_failure_that_says_so() -> None:
    bisection = _bisection(2)
    assert bisection.take([CREATED]) == "retry"
    report = bisection.report()
    assert report.failure == "the store gave 1 results for 2 documents"
    assert [type(verdict) for verdict in report.judgement.verdicts] == [Retry, Retry]


def test_a_control_that_is_refused_too_holds_all_the_rest_and_blames_no_row() -> None:
    bisection = _bisection(64)
    requests = 0
    while bisection.next_part() is not None:
        bisection.take(MALFORMED)
        requests += 1
    assert requests == 8
    judgement = bisection.report().judgement
    assert sorted(verdict.seq for verdict in judgement.verdicts) == list(_rows(64))
    assert all(verdict == Retry(seq=verdict.seq, delay_seconds=0) for verdict in judgement.verdicts)
    assert judgement.hold is not None


def test_what_passed_before_says_nothing_of_a_row_that_is_refused_after() -> None:
    bisection = _bisection(4)
    bisection.take(MALFORMED)
    bisection.take([CREATED, CREATED])
    for _ in range(3):
        bisection.take(MALFORMED)
    assert bisection.next_part() is None
    assert bisection.report().judgement.verdicts == (
        Ack(seq=1),
        Ack(seq=2),
        Retry(seq=3, delay_seconds=0),
        Retry(seq=4, delay_seconds=0),
    )


def test_a_control_without_an_answer_blames_no_row() -> None:
    bisection = _bisection(2)
    bisection.take(MALFORMED)
    bisection.take(MALFORMED)
    assert bisection.take(StoreUnavailable("gone")) == "retry"
    report = bisection.report()
    assert report.failure == "gone"
    assert report.judgement.verdicts == tuple(Retry(seq=seq, delay_seconds=4.0) for seq in (1, 2))


def test_rows_that_are_too_large_alone_are_each_set_aside() -> None:
    bisection = _bisection(4)
    while bisection.next_part() is not None:
        bisection.take(TOO_LARGE)
    judgement = bisection.report().judgement
    assert [type(verdict) for verdict in judgement.verdicts] == [DeadLetter] * 4
    assert judgement.hold is None


def test_a_hold_in_the_middle_keeps_what_was_answered() -> None:
    bisection = _bisection(4)
    bisection.take(TOO_LARGE)
    bisection.take([CREATED, CREATED])
    assert bisection.take(StoreRefused("no", status=403)) == "hold"
    judgement = bisection.report().judgement
    assert judgement.verdicts[:2] == (Ack(seq=1), Ack(seq=2))
    assert judgement.verdicts[2:] == (
        Retry(seq=3, delay_seconds=0.0),
        Retry(seq=4, delay_seconds=0.0),
    )
    assert judgement.hold is not None


def test_only_a_batch_that_was_all_taken_is_clean() -> None:
    bisection = _bisection(1)
    bisection.take([CREATED])
    assert bisection.report().is_clean
