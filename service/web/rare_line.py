"""A line in the log that strangers can cause, and therefore must not cause at will."""

import logging
import time
from collections.abc import Callable

import structlog

_LOG = structlog.get_logger(__name__)

APART_SECONDS = 1.0


class RareLine:
    """Writes an event and an exception's type, at most once in `apart_seconds`; `count` is how many
    there were since the last line, this one included. An exception's text quotes the request, so
    it is never written."""

    def __init__(
        self,
        event: str,
        *,
        level: int = logging.INFO,
        apart_seconds: float = APART_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._event = event
        self._level = level
        self._apart_seconds = apart_seconds
        self._clock = clock
        self._count = 0
        self._written_at: float | None = None

    def write(self, error: BaseException | None, **details: object) -> None:
        """Count it, and write the line where the last one is long enough ago. `details` are of
        this one, and nothing that a request says by itself."""
        self._count += 1
        now = self._clock()
        if self._written_at is None or now - self._written_at >= self._apart_seconds:
            error_type = None if error is None else type(error).__name__
            _LOG.log(self._level, self._event, error_type=error_type, count=self._count, **details)
            self._written_at, self._count = now, 0
