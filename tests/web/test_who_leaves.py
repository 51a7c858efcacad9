"""Who leaves in the middle of what they send is nobody's fault, and no error in the log."""

import asyncio
import io
from pathlib import Path

from aiohttp import web

from service.web.border import Handler
from tests.web.observed import refused
from tests.web.public_site import open_public_site
from tests.web.raw import FORM_HEAD, connected

BEGUN = b"POST /f/quiz HTTP/1.1\r\n" + FORM_HEAD + b"Content-Length: 100\r\n\r\nessay=Se"


async def test_who_leaves_before_their_body_is_read_left_and_that_is_all(
    tmp_path: Path, log: io.StringIO
) -> None:
    """Between the turn in which aiohttp begins with a request and that of its handler."""
    seen: list[web.RequestHandler] = []

    @web.middleware
    async def see(request: web.Request, handler: Handler) -> web.StreamResponse:
        seen.append(request.protocol)
        return await handler(request)

    async with (
        open_public_site(tmp_path, adapt=lambda app: app.middlewares.append(see)) as site,
        connected(site.url) as (reader, out),
    ):
        out.write(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.01)
        seen[0].data_received(BEGUN)
        await asyncio.sleep(0)
        seen[0].connection_lost(None)
        async with asyncio.timeout(5):
            while not refused(site.metrics, "client_left"):  # noqa: ASYNC110 - no event of ours
                await asyncio.sleep(0.002)
    assert "request_failed" not in log.getvalue()
