"""When there would be too many dead letters: what is given back instead, and what is not."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from service.delivery.guard import (
    LEAST_JUDGED,
    ONE_IN,
    SAMPLES,
    WINDOW,
    WITHHELD_SECONDS,
    Guard,
)
from service.delivery.verdicts import Judgement
from service.spool.ports import Ack, DeadLetter, Leave, Retry, Verdict

Bulk = Sequence[str]

# Each letter is a document: taken, refused for one of two reasons, or told to come again.
_BULKS = st.lists(st.text("aaaaxyr", min_size=1, max_size=40), min_size=1, max_size=60)


def _judgement(bulk: Bulk) -> Judgement:
    return Judgement(verdicts=tuple(_verdict(seq, kind) for seq, kind in enumerate(bulk)))


def _verdict(seq: int, kind: str) -> Verdict:
    if kind == "a":
        return Ack(seq=seq)
    if kind == "r":
        return Retry(seq=seq, delay_seconds=1.5)
    return DeadLetter(seq=seq, status=400, error_type=kind, reason=None)


def _guard(leave: Leave = Leave.USUAL) -> Guard:
    return Guard(lambda index: leave)


def _dead(judgement: Judgement) -> int:
    return sum(isinstance(verdict, DeadLetter) for verdict in judgement.verdicts)


@given(_BULKS, st.sampled_from(Leave))
def test_every_row_keeps_its_verdict_or_is_given_back_and_only_what_is_dead_is(
    bulks: list[str], leave: Leave
) -> None:
    guard = _guard(leave)
    for now, bulk in enumerate(bulks):
        before = _judgement(bulk)
        after = guard.check("a", before, float(now))
        for one, other in zip(before.verdicts, after.verdicts, strict=True):
            if one != other:
                assert isinstance(one, DeadLetter)
                assert other == Retry(seq=one.seq, delay_seconds=WITHHELD_SECONDS)
                assert leave is not Leave.EVERYTHING
                assert after.hold is not None
        if leave is Leave.NOTHING:
            assert _dead(after) == 0


@given(_BULKS)
def test_while_a_reason_has_more_than_a_fifth_it_gets_a_few_samples_and_no_more(
    bulks: list[str],
) -> None:
    guard = _guard()
    judged: list[str] = []
    set_aside = 0
    for now, bulk in enumerate(bulks):
        judged += [kind for kind in bulk if kind != "r"]
        last = judged[-WINDOW:]
        after = guard.check("a", _judgement(bulk), float(now))
        dead = sum(
            isinstance(verdict, DeadLetter) and verdict.error_type == "x"
            for verdict in after.verdicts
        )
        if len(last) >= LEAST_JUDGED and last.count("x") * ONE_IN > len(last):
            set_aside += dead
            assert set_aside <= SAMPLES
        else:
            set_aside = 0
            assert dead == bulk.count("x")


def test_a_handful_among_good_ones_is_set_aside_and_holds_nothing() -> None:
    guard = _guard()
    for now in range(100):
        after = guard.check("a", _judgement("a" * 80 + "x" * 20), float(now))
        assert _dead(after) == 20
        assert after.hold is None


def test_before_enough_is_known_each_is_set_aside() -> None:
    guard = _guard()
    for now in range(LEAST_JUDGED - 1):
        assert _dead(guard.check("a", _judgement("x"), float(now))) == 1
    for now in range(SAMPLES):
        assert _dead(guard.check("a", _judgement("x"), float(now))) == 1
    assert _dead(guard.check("a", _judgement("x"), 50.0)) == 0
    assert _dead(guard.check("b", _judgement("x"), 50.0)) == 1


def test_the_index_is_paused_only_while_nothing_of_it_passes() -> None:
    guard = _guard()
    assert guard.check("a", _judgement("x" * 100), 0.0).pauses
    mixed = guard.check("a", _judgement("a" + "x" * 99), 1.0)
    assert mixed.hold is not None
    assert not mixed.pauses
    clean = guard.check("a", _judgement("a" * 10), 2.0)
    assert clean.hold == mixed.hold
    assert not clean.pauses
    assert guard.check("a", _judgement("a" * 10), 1.0 + WITHHELD_SECONDS).hold is None


def test_what_is_held_says_what_to_do_and_counts_as_held() -> None:
    before = Judgement(verdicts=_judgement("x" * 100).verdicts, counts={"dead": 100})
    after = _guard().check("quiz", before, 0.0)
    assert after.counts == {"dead": SAMPLES, "hold": 100 - SAMPLES}
    assert after.hold is not None
    assert "400 x" in after.hold
    assert "formwell dead-letters allow quiz" in after.hold
    full = _guard(Leave.NOTHING).check("quiz", before, 0.0)
    assert full.counts == {"hold": 100}
    assert full.hold is not None
    assert "formwell dead-letters export" in full.hold


def test_a_hold_of_the_stores_own_stays_as_it_is() -> None:
    judgement = Judgement(verdicts=_judgement("x" * 100).verdicts, hold="the disk is full")
    after = _guard().check("a", judgement, 0.0)
    assert after.hold == "the disk is full"
    assert after.pauses
    assert _dead(after) == SAMPLES
