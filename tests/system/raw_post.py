"""A POST by hand, that stops half-way: the service has its head and waits for its body."""

import asyncio
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.system.posts import FORM_PATH, Post

ANSWER_WITHIN_SECONDS = 20.0


class HalfPost:
    """Opened, it is in flight: the service's `100 Continue` says that the handler has it."""

    def __init__(self, url: str, post: Post) -> None:
        self._host, self._port = urlsplit(url).hostname, urlsplit(url).port
        self._post = post

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        headers = {
            "Host": f"{self._host}:{self._port}",
            "Content-Length": str(len(self._post.body)),
            "Expect": "100-continue",
            **self._post.headers,
        }
        lines = [f"POST {FORM_PATH} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
        self._writer.write("\r\n".join((*lines, "", "")).encode())
        assert await self._read_head() == 100
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()

    async def finish(self) -> int:
        """Send the body; the status of the answer."""
        self._writer.write(self._post.body)
        return await self._read_head()

    async def _read_head(self) -> int:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            head = await self._reader.readuntil(b"\r\n\r\n")
        return int(head.split(maxsplit=2)[1])
