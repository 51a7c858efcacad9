"""As much of an OpenSearch as the service needs, small enough to be away and back at a word."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.opensearch.lying_server import LyingServer, hang, run_lying_server, say

_AWAY = say('{"error": {"type": "unavailable"}}', status=503)


class AcceptingStore:
    """Away until `come_back`; then it keeps the id of everything it is sent."""

    def __init__(self, server: LyingServer) -> None:
        self._server = server
        self.ids: set[str] = set()
        server.bulk = _AWAY

    @property
    def url(self) -> str:
        """Its address."""
        return self._server.url

    def come_back(self) -> None:
        """Accept documents from now on."""
        self._server.bulk = self._accept

    def go_away(self) -> None:
        """Answer 503 from now on."""
        self._server.bulk = _AWAY

    def fall_silent(self) -> None:
        """Take requests and never answer them, from now on."""
        self._server.bulk = hang

    async def _accept(self, request: web.Request) -> web.StreamResponse:
        lines = (await request.read()).splitlines()
        ids = [json.loads(line)["create"]["_id"] for line in lines[::2]]
        self.ids |= set(ids)
        items = [{"create": {"_id": one, "status": 201, "result": "created"}} for one in ids]
        return web.json_response({"took": 1, "errors": False, "items": items})


@asynccontextmanager
async def accepting_store() -> AsyncIterator[AcceptingStore]:
    """One on a free port of 127.0.0.1."""
    async with run_lying_server() as server:
        yield AcceptingStore(server)
