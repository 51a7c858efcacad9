"""Whose fault it is that requests fail."""

from service.delivery.streaks import FAILURES_TO_HOLD, Streaks


def test_an_index_that_fails_while_nothing_else_is_answered_is_not_at_fault() -> None:
    streaks = Streaks()
    assert not any(streaks.failed("a") for _ in range(50))
    assert streaks.is_failing("a")


def test_an_index_that_fails_while_another_is_answered_is_at_fault_after_five_times() -> None:
    streaks = Streaks()
    streaks.failed("a")
    streaks.answered("b")
    faults = [streaks.failed("a") for _ in range(FAILURES_TO_HOLD - 1)]
    assert faults == [False, False, False, True]
    assert not streaks.is_failing("b")


def test_an_answer_before_the_first_failure_says_nothing() -> None:
    streaks = Streaks()
    streaks.answered("b")
    assert not any(streaks.failed("a") for _ in range(50))


def test_an_answer_of_its_own_ends_a_streak() -> None:
    streaks = Streaks()
    for _ in range(4):
        streaks.failed("a")
    streaks.answered("b")
    streaks.answered("a")
    assert not streaks.is_failing("a")
    assert not streaks.failed("a")
