"""A way to a real store with one fault at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from tests.system.polling import until
from tests.system.torture.schedule import StoreFault
from tests.system.torture.store_faults import TREATMENTS, Passage

_STILL_WITHIN_SECONDS = 30.0


class FaultyProxy:
    """Passes everything on, but for bulks that meet the fault of the moment.

    `met`: how many bulks met a fault; `passed`: how many got the store's own answer.
    `store_url` may be changed at any time.
    """

    def __init__(self, store_url: str, session: aiohttp.ClientSession) -> None:
        self.store_url = store_url
        self.met = 0
        self.passed = 0
        self._session = session
        self._fault: StoreFault | None = None
        self._healed = asyncio.Event()
        self._open = asyncio.Event()
        self._open.set()
        self._under_way = 0
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        self._site: web.TCPSite | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Where it listens, the same all the time."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen."""
        await self._runner.setup()
        await self._listen()

    async def stop(self) -> None:
        """Listen no more, and let nothing wait."""
        self._healed.set()
        await self._runner.cleanup()

    async def fail(self, fault: StoreFault) -> None:
        """Have this fault from now on. Connections are refused from the first bulk on: those before
        it nobody would see."""
        self._fault = fault
        self._healed = asyncio.Event()

    async def heal(self) -> None:
        """Have no fault; what was held goes on its way."""
        self._fault = None
        self._healed.set()
        if self._site is None:
            await self._listen()

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        """Nothing is at the store, and nothing gets there, during the block."""
        self._open.clear()
        try:
            await until(
                self._is_still, within_seconds=_STILL_WITHIN_SECONDS, hoping_for="a store at rest"
            )
            yield
        finally:
            self._open.set()

    async def _is_still(self) -> bool:
        return self._under_way == 0

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()

        async def forward(bytes_sent: bytes) -> web.Response:
            return await self._forward(request, bytes_sent)

        is_bulk = request.path.endswith("/_bulk")
        fault = self._fault
        if fault is not None and (is_bulk or fault is StoreFault.REFUSES):
            self.met += 1
            if fault is StoreFault.REFUSES and self._site is not None:
                site, self._site = self._site, None
                await site.stop()
            return await TREATMENTS[fault](
                Passage(request=request, body=body, forward=forward, healed=self._healed)
            )
        answer = await forward(body)
        self.passed += is_bulk
        return answer

    async def _forward(self, request: web.Request, body: bytes) -> web.Response:
        await self._open.wait()
        self._under_way += 1
        try:
            async with self._session.request(
                request.method,
                self.store_url + request.path_qs,
                data=body,
                headers={"Content-Type": request.content_type},
            ) as answer:
                return web.Response(
                    body=await answer.read(),
                    status=answer.status,
                    content_type=answer.content_type,
                )
        except aiohttp.ClientError:
            return web.Response(status=502)
        finally:
            self._under_way -= 1


@asynccontextmanager
async def faulty_proxy(store_url: str) -> AsyncIterator[FaultyProxy]:
    """One on a free port of 127.0.0.1."""
    async with aiohttp.ClientSession() as session:
        proxy = FaultyProxy(store_url, session)
        await proxy.start()
        try:
            yield proxy
        finally:
            await proxy.stop()
