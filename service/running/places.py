"""How many slots are adopted at a time: where many workers have died, one process would else
deliver from all of their spools at once."""

import asyncio
import time

AT_ONCE = 2
IDLE_SECONDS = 60.0


class Places:
    """Places for those who get on. `idle_seconds`: after so long without any progress the next one
    may begin, too, as what holds up one slot may be no matter for another."""

    def __init__(self, *, at_once: int = AT_ONCE, idle_seconds: float = IDLE_SECONDS) -> None:
        self.idle_seconds = idle_seconds
        self.free = asyncio.Semaphore(at_once)


class Place:
    """One of them, from `async with` until its end or until it is idle."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._has_it = False
        self._pending: int | None = None
        self._moved_at = 0.0

    async def __aenter__(self) -> "Place":
        await self._places.free.acquire()
        self._has_it = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self._give_up()

    def note(self, pending: int) -> None:
        """So many rows wait there now; to be told again and again."""
        if pending != self._pending:
            self._pending, self._moved_at = pending, time.monotonic()
        elif time.monotonic() - self._moved_at >= self._places.idle_seconds:
            self._give_up()

    def _give_up(self) -> None:
        if self._has_it:
            self._has_it = False
            self._places.free.release()
