"""The open connections of a listener: as many as there is room for, none of them for ever."""

import asyncio
from collections.abc import Iterable
from heapq import nsmallest
from typing import Protocol

from service.observability.metrics import Metrics
from service.web.capacity import Capacity

GO_AT_ONCE = 64
"""So many make room together: looking for them takes a look at every connection."""


class Member(Protocol):
    """A connection, as the crowd sees it. Times are those of the loop."""

    def quiet_since(self) -> float | None:
        """Since when it waits for a request; None where it has one."""
        ...

    def unsent_bytes(self) -> int:
        """What was answered and not taken yet."""
        ...

    def check_pace(self, now: float) -> None:
        """Give up a head or a body that takes too long, with an answer."""
        ...

    def drop(self) -> None:
        """End it now, whatever was not sent."""
        ...


class Crowd:
    """Who is connected, on one loop."""

    def __init__(self, capacity: Capacity, metrics: Metrics) -> None:
        self._capacity = capacity
        self._members: dict[Member, float | None] = {}  # since when it has not read its answer
        self._dropped = metrics.connections_dropped

    def __len__(self) -> int:
        return len(self._members)

    def join(self, member: Member) -> bool:
        """Let one in; False where there is no room for it.

        Where all room is taken, those go that have waited longest for a request: who only stands
        there keeps nobody out.
        """
        if len(self._members) >= self._capacity.most_connections:
            quiet = [
                (since, one) for one in self._members if (since := one.quiet_since()) is not None
            ]
            at_once = min(GO_AT_ONCE, len(self._members) // 8 + 1)
            longest = nsmallest(at_once, quiet, key=lambda pair: pair[0])
            self._drop((one for _, one in longest), "idle")
            if not longest:
                self._dropped.labels("crowded").inc()
                return False
        self._members[member] = None
        return True

    def leave(self, member: Member) -> None:
        """It has ended, or is no longer to be counted."""
        self._members.pop(member, None)

    async def sweep_for_ever(self) -> None:
        """Look at all of them, again and again: one timer for the deadlines of everybody."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._capacity.sweep_seconds())
            self.sweep(loop.time())

    def sweep(self, now: float) -> None:
        """Drop who does not read what was answered, end what takes too long to arrive."""
        unsent = {}
        for member, stuck_since in [*self._members.items()]:
            member.check_pace(now)
            if waiting := member.unsent_bytes():
                unsent[member] = waiting
            if not waiting or stuck_since is None:
                self._members[member] = now if waiting else None
        self._drop(self._unread(unsent, now), "unread")

    def _unread(self, unsent: dict[Member, int], now: float) -> list[Member]:
        """Those that do not read for too long; and those that hold most, where all is too much."""
        since = {member: now - (self._members[member] or now) for member in unsent}
        late = [one for one in unsent if since[one] >= self._capacity.answer_seconds]
        excess = sum(unsent.values()) - self._capacity.most_unsent_bytes
        excess -= sum(unsent[one] for one in late)
        for one in sorted(unsent.keys() - set(late), key=lambda one: -since[one]):
            if excess <= 0:
                break
            late.append(one)
            excess -= unsent[one]
        return late

    def _drop(self, members: Iterable[Member], reason: str) -> None:
        for member in [*members]:
            self.leave(member)
            self._dropped.labels(reason).inc()
            member.drop()
