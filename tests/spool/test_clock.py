"""The spool's time for waiting, whatever the wall clock does."""

import pytest

from service.spool.clock import SteadyClock

HOUR = 3_600.0
NOON = 1_790_000_000.0


class Clocks:
    """A wall clock that can be set, and a monotonic one that only goes on."""

    def __init__(self) -> None:
        self.wall = NOON
        self.monotonic = 5.0

    def steady(self, *, not_before_ms: int = 0) -> SteadyClock:
        return SteadyClock(
            not_before_ms=not_before_ms,
            wall_clock=lambda: self.wall,
            monotonic_clock=lambda: self.monotonic,
        )


@pytest.mark.parametrize("jump", [-HOUR, HOUR, -100 * 365 * 24 * HOUR])
def test_a_jump_of_the_wall_clock_moves_nothing(jump: float) -> None:
    """F36: what waits ten seconds waits ten seconds."""
    clocks = Clocks()
    clock = clocks.steady()
    before = clock.now_ms()
    clocks.wall += jump
    clocks.monotonic += 10
    assert clock.now_ms() - before == 10_000


def test_it_begins_at_the_wall_clock() -> None:
    assert Clocks().steady().now_ms() == NOON * 1000


def test_it_begins_behind_what_waits_though_the_wall_clock_went_back() -> None:
    """F36: what was given back by a fast clock is due after a start by a slow one."""
    clocks = Clocks()
    given_back_to = int((NOON + HOUR) * 1000)
    assert clocks.steady(not_before_ms=given_back_to + 1).now_ms() > given_back_to
