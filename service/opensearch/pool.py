"""The pool of connections to one store, with a time limit to connect and no redirects."""

import ssl
from typing import Any

import aiohttp

from service.opensearch.resolver import DaemonResolver

MOST_BULKS_IN_FLIGHT = 8
POOL_SIZE = MOST_BULKS_IN_FLIGHT + 2  # room for a search and a sign of life beside them


def open_pool(
    *, connect_seconds: float, ssl_context: ssl.SSLContext | None
) -> aiohttp.ClientSession:
    """A pool in the running loop, without a connection yet. Whoever opens it closes it."""
    return aiohttp.ClientSession(
        connector=_ImpatientConnector(
            connect_seconds=connect_seconds,
            limit=POOL_SIZE,
            ssl=ssl_context or True,
            resolver=DaemonResolver(),
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("accept", "accept-encoding"),
        middlewares=(_refuse_redirects,),
        response_class=_Utf8Answer,
    )


class _Utf8Answer(aiohttp.ClientResponse):
    """Its text is always there: a proxy's page in another encoding must not cost us its status."""

    async def text(self, encoding: str | None = None, errors: str = "replace") -> str:
        """OpenSearch writes UTF-8 only, whatever a header says."""
        return await super().text(encoding or "utf-8", errors)


class _ImpatientConnector(aiohttp.TCPConnector):
    """Limits the time to connect by itself; opensearch-py sets only one time for everything."""

    def __init__(self, *, connect_seconds: float, **options: Any) -> None:
        super().__init__(**options)
        self._connect_seconds = connect_seconds

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 (the parent's signature)
    ) -> Any:
        limits = aiohttp.ClientTimeout(total=timeout.total, sock_connect=self._connect_seconds)
        return await super().connect(req, traces, limits)


async def _refuse_redirects(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """OpenSearch never redirects, and nobody else is to get the documents."""
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise aiohttp.ClientError(f"it redirects ({response.status}): correct the address")
    return response
