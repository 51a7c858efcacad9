"""A small real server that answers as OpenSearch never should, or as something before it does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from multidict import CIMultiDictProxy

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

_MISSING = {"error": {"type": "index_not_found_exception", "reason": "no such index"}}


class LyingServer:
    """Lets every index be prepared; `bulk` and `answers` (by method and path) say the rest."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[tuple[str, str]] = []
        self.headers: list[CIMultiDictProxy[str]] = []
        self.bodies: list[bytes] = []
        self.bulk: Answer = say('{"items": []}')
        self.answers: dict[tuple[str, str], Answer] = {}

    def count(self, method: str, path: str) -> int:
        """How often this was asked."""
        return self.requests.count((method, path))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Note the request and answer it."""
        self.requests.append((request.method, request.path))
        self.headers.append(request.headers)
        self.bodies.append(await request.read())
        if answer := self.answers.get((request.method, request.path)):
            return await answer(request)
        if request.path.endswith("/_bulk"):
            return await self.bulk(request)
        if request.method == "GET":
            return web.json_response(_MISSING, status=404)
        return web.json_response({"acknowledged": True})


def say(
    text: str | bytes,
    *,
    status: int = 200,
    content_type: str | None = "application/json",
    headers: dict[str, str] | None = None,
) -> Answer:
    """An answer that is always the same."""

    async def answer(_: web.Request) -> web.StreamResponse:
        body = text.encode() if isinstance(text, str) else text
        return web.Response(body=body, status=status, content_type=content_type, headers=headers)

    return answer


async def hang(_: web.Request) -> web.StreamResponse:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError("not reached")


async def hang_up(request: web.Request) -> web.StreamResponse:
    """Take the request and close the connection."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def stop_in_the_middle(request: web.Request) -> web.StreamResponse:
    """Promise more than is sent."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"items": [')
    assert request.transport is not None
    request.transport.abort()
    return response


@asynccontextmanager
async def run_lying_server() -> AsyncIterator[LyingServer]:
    """One on a free port of 127.0.0.1."""
    server = LyingServer()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()
