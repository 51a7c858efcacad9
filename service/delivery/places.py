"""How many bulks may be on their way, and of which index: so that no index waits for another.

A bulk that is answered in time takes one of the window's places. One that is not leaves its place
to others once it is overdue, and its index gets no more than the window has. An index that fails,
or is only probed, gets one bulk at a time, and that takes no place: whatever does not answer holds
up itself and nobody else. Pure: times are seconds of a monotonic clock, passed in.
"""

from dataclasses import dataclass

OVERDUE_SECONDS = 0.5
"""How long a bulk keeps its place from others. A store that takes longer for each gets more of them
at once where several indexes have rows, but not more of any one index."""

MOST_OVERDUE = 8
"""Bulks that may have left their places; beyond that, an index gets one at a time into those."""

MOST_IN_PLACES = 24
"""Bulks at once, overdue ones counted, for what they take in memory."""

MOST_ALONE = 8
"""Indexes that fail, or are probed, with a bulk on its way at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bulk:
    index: str
    overdue_at: float
    alone: bool


class Places:
    """The bulks on their way."""

    def __init__(self) -> None:
        self._bulks: dict[int, _Bulk] = {}
        self._last = 0

    @property
    def taken(self) -> int:
        """How many are on their way."""
        return len(self._bulks)

    def take(self, index: str, now: float, *, alone: bool) -> int:
        """Note a bulk that starts; `leave` wants the number."""
        self._last += 1
        self._bulks[self._last] = _Bulk(index=index, overdue_at=now + OVERDUE_SECONDS, alone=alone)
        return self._last

    def leave(self, number: int) -> None:
        """Note that a bulk has come to its end."""
        del self._bulks[number]

    def opens_at(self, index: str, *, limit: int, alone: bool) -> float | None:
        """The moment from which a bulk of the index may start: in the past where one may now, None
        while the end of another has to be waited for. `limit` is what the window has."""
        of_index = sum(bulk.index == index for bulk in self._bulks.values())
        if alone:
            others = sum(bulk.alone for bulk in self._bulks.values())
            return float("-inf") if of_index == 0 and others < MOST_ALONE else None
        if of_index >= limit:
            return None
        in_places = sorted(bulk.overdue_at for bulk in self._bulks.values() if not bulk.alone)
        have_to_be_overdue = len(in_places) - limit + 1
        if have_to_be_overdue <= 0:
            return float("-inf")
        most = MOST_OVERDUE if of_index else MOST_IN_PLACES - limit
        return in_places[have_to_be_overdue - 1] if have_to_be_overdue <= most else None
