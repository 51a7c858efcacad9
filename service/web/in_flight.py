"""Which requests are being answered, so that a stop can wait for them.

aiohttp's own waiting does not do: AppRunner.cleanup begins by throwing away whatever still arrives
(3.14.5, RequestHandler.data_received), so a POST whose body is on its way has no answer any more.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web


class InFlight:
    """Counts the requests of one application, as the first of its middlewares."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()
        self._ending = False

    @web.middleware
    async def watch(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Middleware: count a request from its head to its answer."""
        self._count += 1
        self._none.clear()
        try:
            response = await handler(request)
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()
        if self._ending:
            response.force_close()
        return response

    async def finish(self, within_seconds: float) -> None:
        """Return when no request is left, or the time is up.

        From now on each answer ends its connection, so that nobody sends another request on it.
        """
        self._ending = True
        with suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                await self._none.wait()
