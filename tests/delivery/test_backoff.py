"""Full jitter."""

import random

import pytest

from service.delivery.backoff import ceiling, full_jitter, tame_asked_seconds


def test_the_ceiling_doubles_from_half_a_second_to_thirty() -> None:
    assert [ceiling(attempts) for attempts in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert ceiling(10**9) == 30


def test_the_wait_is_spread_over_all_that_is_below_the_ceiling() -> None:
    dice = random.Random(7)
    waits = [full_jitter(3, dice.random) for _ in range(10_000)]
    assert min(waits) < 0.01
    assert 3.99 < max(waits) < 4
    assert sum(waits) / len(waits) == pytest.approx(2, rel=0.05)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (None, 0),
        (-5, 0),
        (float("nan"), 0),
        (0, 0),
        (12.5, 12.5),
        (10_000, 300),
        (float("inf"), 300),
    ],
)
def test_a_store_may_ask_for_five_minutes_at_most(asked: float | None, expected: float) -> None:
    assert tame_asked_seconds(asked) == expected
