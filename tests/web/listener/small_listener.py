"""A listener of ours with one handler of a test's own, and no more capacity than the test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from service.lifespan import listen
from service.observability.metrics import Metrics
from service.setting_values import Address
from service.web.capacity import CAPACITY, Capacity
from service.web.keys import METRICS

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallListener:
    """Where it listens, and what it counts."""

    url: str
    metrics: Metrics

    def dropped(self, reason: str) -> float:
        """How many connections were ended for a reason."""
        value = self.metrics.registry.get_sample_value(
            "formwell_connections_dropped_total", {"reason": reason}
        )
        return value or 0.0


@asynccontextmanager
async def small_listener(handler: Handler, capacity: Capacity) -> AsyncIterator[SmallListener]:
    """It answers `/` with any method."""
    app = web.Application()
    app[METRICS] = Metrics()
    app[CAPACITY] = capacity
    app.router.add_route("*", "/", handler)
    any_port = Address(host="127.0.0.1", port=0)
    async with listen(app, any_port, finish_seconds=0.1) as address:
        yield SmallListener(url=f"http://{address}", metrics=app[METRICS])


async def greet(request: web.Request) -> web.Response:
    """A handler that reads the body and says so."""
    return web.Response(text=f"read {len(await request.read())}")


@dataclass(slots=True)
class Gate:
    """Has a handler that answers nobody until it is opened."""

    opened: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: list[web.Request] = field(default_factory=list)

    async def keep(self, request: web.Request) -> web.Response:
        """The handler."""
        self.waiting.append(request)
        await self.opened.wait()
        return await greet(request)

    async def until_waiting(self, count: int) -> None:
        """Return when so many requests have come."""
        while len(self.waiting) < count:  # noqa: ASYNC110 - a request is no event
            await asyncio.sleep(0.002)
