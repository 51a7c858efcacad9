"""Which requests are being answered: no more than there is room for, and a stop waits for them.

aiohttp's own waiting does not do: AppRunner.cleanup begins by throwing away whatever still arrives
(3.14.5, RequestHandler.data_received), so a POST whose body is on its way has no answer any more.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader

from service.web.capacity import Capacity
from service.web.refusals import BUSY, TOO_LARGE, Refusal, RefusedError
from service.web.shedding import LEAST_REQUESTS, Rests, Room

REFUSED = web.RequestKey("REFUSED", RefusedError)
"""Why a request is to be refused before anything else is done for it."""

_RETRY_AFTER_SECONDS = 1


class InFlight:
    """Counts the requests of one application, as the first of its middlewares.

    A body counts with the length it says, and with the most it may have where it says none: what
    is let in can be read to its end.
    """

    def __init__(self, capacity: Capacity) -> None:
        self._most_body_bytes = capacity.most_body_bytes
        self._room = Room(capacity.most_requests)
        self._rests = Rests(capacity.most_refusals_per_second)
        self._turn_began: float | None = None  # where it may be a long one
        self._has_refused = False
        self.resting = 0
        """Connections that are not read for a moment, as they were refused."""
        self.requests = 0
        self.body_bytes = 0
        self._answering = 0
        self._none = asyncio.Event()  # of use while ending
        self.ending = False
        """Whether each answer ends its connection, so that nobody sends another request on it."""

    @web.middleware
    async def watch(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Middleware: count a request from its head to its answer; mark it REFUSED where it finds
        no room. One that is refused takes none."""
        room = 0
        content = request.content
        if content is not EMPTY_PAYLOAD:
            room = self._room_for(content, request.content_length, request.client_max_size)
        admitted = self.admit(room)
        if not admitted:
            request.setdefault(REFUSED, busy())
        self._answering += 1
        try:
            response = await handler(request)
        finally:
            if admitted:
                self.release(room)
            self._answering -= 1
            self._note_the_last()
        if self.ending:
            response.force_close()
        return response

    def admit(self, body_bytes: int) -> bool:
        """Count a request with so much of a body, which `release` ends; False where there is no
        room for it."""
        if not self.has_room(body_bytes):
            self._has_refused = True
            return False
        self.requests += 1
        self.body_bytes += body_bytes
        if self.requests >= LEAST_REQUESTS and self._turn_began is None:
            self._turn_began = time.monotonic()
            asyncio.get_running_loop().call_soon(self._end_turn)
        return True

    def _end_turn(self) -> None:
        began, now = self._turn_began, time.monotonic()
        if began is not None and self._has_refused:
            self._room.note_refusing_turn(now - began, now)
        self._turn_began, self._has_refused = None, False

    @property
    def most_requests(self) -> float:
        """For how many there is room now."""
        self._room.widen(time.monotonic(), wanted=self.requests + self.resting)
        return self._room.most

    def rest_seconds(self) -> float:
        """A request was refused: how long nothing more is to be read from whoever sent it. Where
        that is more than 0, `end_rest` is called after it."""
        self._has_refused = True
        seconds = self._rests.after_refusal(time.monotonic())
        if seconds:
            self.resting += 1
        return seconds

    def end_rest(self) -> None:
        """So much time has passed."""
        self.resting -= 1

    def release(self, body_bytes: int) -> None:
        """An admitted request is answered."""
        self.requests -= 1
        self.body_bytes -= body_bytes
        self._note_the_last()

    def _note_the_last(self) -> None:
        if self.ending and not (self._answering or self.requests):
            self._none.set()

    def refusal_before_body(self, length: int | None, most_bytes: int) -> Refusal | None:
        """Why a client that asks whether to send a body should not."""
        if length is not None and length > most_bytes:
            return TOO_LARGE
        return None if self.has_room(most_bytes if length is None else length) else BUSY

    def has_room(self, body_bytes: int) -> bool:
        """Whether a request with so much of a body would be admitted now."""
        is_free = self.requests < self._room.most or self.requests < self.most_requests
        return is_free and self.body_bytes + body_bytes <= self._most_body_bytes

    @staticmethod
    def _room_for(content: StreamReader, length: int | None, most_bytes: int) -> int:
        if length is None:
            return content.total_bytes if content.is_eof() else most_bytes
        return min(length, most_bytes)

    async def finish(self, within_seconds: float) -> None:
        """Return when no request is left, or the time is up.

        From now on it is ending.
        """
        self.ending = True
        if self._answering or self.requests:
            with suppress(TimeoutError):
                async with asyncio.timeout(within_seconds):
                    await self._none.wait()


def busy() -> RefusedError:
    """There is no room now; there will be in a moment."""
    return RefusedError(BUSY, headers={"Retry-After": str(_RETRY_AFTER_SECONDS)})
