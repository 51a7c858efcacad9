"""Waiting for what comes true by itself."""

import time
from collections.abc import Callable


def eventually(is_true: Callable[[], bool], seconds: float, what: str) -> None:
    """Return as soon as it is true; raises AssertionError when it is not within the time."""
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)
