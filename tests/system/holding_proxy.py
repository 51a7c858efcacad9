"""A way to a real store on which bulks are stopped: before they arrive, or on the way back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

import aiohttp
from aiohttp import web


class Side(StrEnum):
    """Where a bulk is stopped."""

    BEFORE = "before the store has it"
    BEHIND = "after the store has done it"


class HoldingProxy:
    """Passes everything on but the answers to bulks, which never come. `held`: one is stopped."""

    def __init__(self, store_url: str, side: Side, session: aiohttp.ClientSession) -> None:
        self._store_url = store_url
        self._side = side
        self._session = session
        self.url = ""
        self.held = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        """Pass a request on, or stop it."""
        is_bulk = request.path.endswith("/_bulk")
        if is_bulk and self._side is Side.BEFORE:
            await self._hold()
        async with self._session.request(
            request.method,
            self._store_url + request.path_qs,
            data=await request.read(),
            headers={"Content-Type": request.content_type},
        ) as answer:
            body, status, kind = await answer.read(), answer.status, answer.content_type
        if is_bulk:
            await self._hold()
        return web.Response(body=body, status=status, content_type=kind)

    async def _hold(self) -> None:
        self.held.set()
        await asyncio.Event().wait()


@asynccontextmanager
async def holding_proxy(store_url: str, side: Side) -> AsyncIterator[HoldingProxy]:
    """One on a free port of 127.0.0.1."""
    async with aiohttp.ClientSession() as session:
        proxy = HoldingProxy(store_url, side, session)
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", proxy.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            proxy.url = f"http://{host}:{port}"
            yield proxy
        finally:
            await runner.cleanup()
