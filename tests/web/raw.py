"""What an HTTP client would not send, or not in that order: bytes on a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

FORM_HEAD = b"Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
CANARY = b"canary-7f3a"  # stands wherever somebody's secret might
WITHIN_SECONDS = 10  # less than a body may take, so that waiting for one is noticed


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a site; what is read from it has some seconds to come."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            yield reader, writer
    finally:
        writer.close()


async def ask(url: str, request: bytes) -> bytes:
    """Everything that is answered until the server closes the connection."""
    async with connected(url) as (reader, writer):
        writer.write(request)
        return await reader.read()


async def read_to_the_end(reader: asyncio.StreamReader) -> bytes:
    """What comes, also where a reset is the end of it: who goes on sending must expect one."""
    received = b""
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            received += piece
    return received
