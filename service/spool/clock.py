"""Time for the spool's waiting: never goes back, whatever the wall clock does."""

import time
from collections.abc import Callable


class SteadyClock:
    """Milliseconds that begin at the wall clock's and then run with the monotonic clock.

    `not_before_ms`: where it begins instead when the wall clock is not there yet.
    """

    def __init__(
        self,
        *,
        not_before_ms: int = 0,
        wall_clock: Callable[[], float] = time.time,
        monotonic_clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic_clock = monotonic_clock
        self._offset = max(wall_clock(), not_before_ms / 1000) - monotonic_clock()

    def now_ms(self) -> int:
        """The steady time, in ms."""
        return int((self._monotonic_clock() + self._offset) * 1000)
