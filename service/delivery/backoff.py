"""When to try again: full jitter, so that what failed together does not come back together.

Source of the method: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
"""

from collections.abc import Callable

FIRST_SECONDS = 0.5
MOST_SECONDS = 30.0
LONGEST_ASKED_SECONDS = 300.0

Random = Callable[[], float]
"""A source of numbers from 0 up to, but not including, 1."""

_DOUBLINGS = 6  # 0.5 s · 2⁶ is beyond the most already; more would only make large numbers


def ceiling(attempts: int) -> float:
    """The longest wait, in seconds, after a refusal that had `attempts` before it: 0.5 to 30."""
    return min(MOST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempts, _DOUBLINGS))


def full_jitter(attempts: int, random: Random) -> float:
    """Seconds to wait: anything from 0 to the ceiling with equal chance."""
    return random() * ceiling(attempts)


def tame_asked_seconds(asked: float | None) -> float:
    """What a Retry-After may ask for: 0 to 300 s; 0 where it asks for nothing sensible."""
    if asked is None or not asked > 0:
        return 0.0
    return min(asked, LONGEST_ASKED_SECONDS)
