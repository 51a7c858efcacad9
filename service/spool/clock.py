"""Time for the spool's waiting: never goes back, whatever the wall clock does."""

import time


class SteadyClock:
    """Milliseconds that begin at the wall clock's and then run with the monotonic clock."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now_ms(self) -> int:
        """The steady time, in ms."""
        return int((time.monotonic() + self._offset) * 1000)
