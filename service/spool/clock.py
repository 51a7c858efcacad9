"""Time for the spool's waiting: never goes back, whatever the wall clock does."""

import time


class SteadyClock:
    """Milliseconds that begin at the wall clock's and then run with the monotonic clock.

    `not_before_ms`: where it begins instead when the wall clock is not there yet.
    """

    def __init__(self, *, not_before_ms: int = 0) -> None:
        self._offset = max(time.time(), not_before_ms / 1000) - time.monotonic()

    def now_ms(self) -> int:
        """The steady time, in ms."""
        return int((time.monotonic() + self._offset) * 1000)
