"""A way to a real store on which bulks, or the answers to them, do not arrive as they were sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from tests.opensearch.lying_server import Answer


class ForgingProxy:
    """Passes everything on; for bulks there may be another answer than the store's.

    `before`: given instead of passing the bulk on. `behind`: given after the store has done it.
    `forged`: how many such answers there were, or are being given.
    """

    def __init__(self, store_url: str, session: aiohttp.ClientSession) -> None:
        self._store_url = store_url
        self._session = session
        self.url = ""
        self.before: Answer | None = None
        self.behind: Answer | None = None
        self.forged = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        is_bulk = request.path.endswith("/_bulk")
        if is_bulk and self.before is not None:
            return await self._forge(self.before, request)
        async with self._session.request(
            request.method,
            self._store_url + request.path_qs,
            data=await request.read(),
            headers={"Content-Type": request.content_type},
        ) as answer:
            body, status, kind = await answer.read(), answer.status, answer.content_type
        if is_bulk and self.behind is not None:
            return await self._forge(self.behind, request)
        return web.Response(body=body, status=status, content_type=kind)

    async def _forge(self, answer: Answer, request: web.Request) -> web.StreamResponse:
        await request.read()  # all of it was sent, whatever is answered
        self.forged += 1
        return await answer(request)


@asynccontextmanager
async def forging_proxy(store_url: str) -> AsyncIterator[ForgingProxy]:
    """One on a free port of 127.0.0.1."""
    async with aiohttp.ClientSession() as session:
        proxy = ForgingProxy(store_url, session)
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
