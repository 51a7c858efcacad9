"""How many are let in, and how soon those are heard again who were not, while there is too much.
Pure.

In a turn of the event loop all connections have theirs. Whoever connects waits for two or three
turns before anything is said to them, so that turns must be short when many have to be refused; and
a refusal costs a third of what an answer costs, so that those who insist would take all the time.
"""

LONG_TURN_SECONDS = 0.01

LEAST_REQUESTS = 64
"""So many at once make as much of the disk as more would."""

AGAIN_SECONDS = 5.0
"""After which it is seen whether all of the room will do again."""

MOST_REST_SECONDS = 1.0  # as Retry-After says

_AT_ONCE_SECONDS = 0.1


class Room:
    """Room for so many requests: `most` now. All of it, but where somebody was refused and a turn
    was long all the same, for some seconds no more than a turn has time for."""

    def __init__(self, whole: float) -> None:
        self.most = self._whole = whole
        self._again_at = 0.0

    def note_refusing_turn(self, seconds: float, now: float) -> None:
        """A turn in which somebody was refused took so long."""
        if seconds > LONG_TURN_SECONDS and self.most > LEAST_REQUESTS:
            if self.most == self._whole:
                self._again_at = now + AGAIN_SECONDS
            self.most = max(LEAST_REQUESTS, self.most * LONG_TURN_SECONDS / seconds)

    def widen(self, now: float, *, wanted: float) -> None:
        """Have all of it again, where it is time for that, and `wanted`, who is in and who comes
        back soon, is no more than that."""
        if now >= self._again_at and wanted <= self._whole:
            self.most = self._whole


class Rests:
    """How long a connection is not read after a refusal: not at all for so many a second, and a
    tenth of that at once; what is beyond is spread, by a second at most."""

    def __init__(self, per_second: float) -> None:
        self._each = 1 / per_second
        self._free_at = 0.0

    def after_refusal(self, now: float) -> float:
        """Seconds; 0 for no rest."""
        latest = now + MOST_REST_SECONDS + _AT_ONCE_SECONDS
        self._free_at = min(max(self._free_at, now) + self._each, latest)
        return max(0.0, self._free_at - now - _AT_ONCE_SECONDS)
