"""How long rows wait that came back for no fault of their own: no longer than that has gone on.

So waits grow as by doubling, whatever a row's own count of refusals, and what comes back is noticed
after at most twice the time it was away. Pure: times are seconds of a monotonic clock, passed in.
"""

from service.delivery.backoff import FIRST_SECONDS, MOST_SECONDS


class Patience:
    """Since when each index gives rows back."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def longest_wait(self, index: str, now: float) -> float:
        """Seconds a row of the index may be told to wait at most, 0.5 to 30."""
        lasted = now - self._since.get(index, now)
        return min(MOST_SECONDS, max(FIRST_SECONDS, lasted))

    def gave_back(self, index: str, now: float) -> None:
        """Rows came back that may pass later."""
        self._since.setdefault(index, now)

    def took_all(self, index: str) -> None:
        """A bulk came to an end in which none did."""
        self._since.pop(index, None)
