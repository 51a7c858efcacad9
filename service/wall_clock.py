"""The time of day, which may jump; what must not is measured with `time.monotonic`."""

import time


def now_ms() -> int:
    """Now, in ms since the epoch, UTC."""
    return time.time_ns() // 1_000_000
