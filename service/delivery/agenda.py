"""Which index comes next, and when: round robin over those with work.

Pure: times are seconds of a monotonic clock, passed in. It knows no holds; whoever asks brings the
gate of each index, the moment from which it may be sent to (None: not before something happens).
"""

from collections.abc import Callable

LINGER_SECONDS = 0.25
"""The longest a bulk that is not full waits for company, from its first document on."""

Gate = Callable[[str], float | None]


class Agenda:
    """The indexes with rows to claim, and when it makes sense to claim them."""

    def __init__(self) -> None:
        self._ready_at: dict[str, float] = {}
        self._linger = LINGER_SECONDS

    def arrived(self, index: str, now: float) -> None:
        """Rows of the index can be claimed: do so once others had the time to join them."""
        self._note(index, now + self._linger)

    def given_back(self, index: str, delay_seconds: float, now: float) -> None:
        """Rows of the index can be claimed after a delay. They never come one by one: rows that
        fall due within a linger of each other share a bulk."""
        self._note(index, now + max(delay_seconds, LINGER_SECONDS))

    def take(self, index: str) -> None:
        """The index has its turn now. To be told before its rows are claimed: what arrives during
        the claim is work again."""
        del self._ready_at[index]

    def has_more(self, index: str, now: float) -> None:
        """The index had its turn and has more to claim at once: it goes to the end."""
        self._note(index, now)

    def hurry(self, now: float) -> None:
        """Stop lingering: what has arrived is ready now."""
        self._linger = 0.0
        self._ready_at = {
            index: now if ready_at <= now + LINGER_SECONDS else ready_at
            for index, ready_at in self._ready_at.items()
        }

    def next_ready(self, now: float, gate: Gate) -> str | None:
        """The index whose turn it is; None where none may be sent to now."""
        for index, ready_at in self._ready_at.items():
            opens_at = gate(index)
            if opens_at is not None and max(ready_at, opens_at) <= now:
                return index
        return None

    def next_at(self, gate: Gate) -> float | None:
        """When the next index will be ready; None where that is not known."""
        moments = [
            max(ready_at, opens_at)
            for index, ready_at in self._ready_at.items()
            if (opens_at := gate(index)) is not None
        ]
        return min(moments, default=None)

    def _note(self, index: str, ready_at: float) -> None:
        self._ready_at[index] = min(ready_at, self._ready_at.get(index, ready_at))
