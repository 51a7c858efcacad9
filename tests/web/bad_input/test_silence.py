"""Bad input that is mostly silence: how long is waited for what does not come.

Deadlines are those of production scaled down; what they are there is held elsewhere.
"""

import asyncio
import io
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path

import pytest

from service.web.capacity import Capacity
from tests.web.answered import answers_in
from tests.web.bad_input.wire import chunk, chunked, post
from tests.web.observed import lines_of, refused
from tests.web.public_site import open_public_site
from tests.web.raw import CANARY, connected

IMPATIENT = Capacity(
    body_seconds=0.3,
    body_grace_seconds=0.1,
    body_bytes_per_second=80.0,
    lingering_seconds=0.1,
)
PACE_SECONDS = 0.025  # half of the rate that is asked for

Send = Callable[[asyncio.StreamWriter], Coroutine[None, None, None]]


async def fall_silent(writer: asyncio.StreamWriter) -> None:
    """Nothing more comes."""


async def dribble(writer: asyncio.StreamWriter) -> None:
    """A byte now and then."""
    while not writer.is_closing():
        writer.write(b"x")
        await asyncio.sleep(PACE_SECONDS)


async def dribble_chunks(writer: asyncio.StreamWriter) -> None:
    """A chunk of one byte now and then."""
    while not writer.is_closing():
        writer.write(chunk(b"x"))
        await asyncio.sleep(PACE_SECONDS)


@pytest.mark.parametrize(
    ("begun", "send", "status", "code"),
    [
        (post(b"", length=b"300000"), fall_silent, 413, "too_large"),
        (post(CANARY, length=b"10000"), fall_silent, 408, "too_slow"),
        (chunked(chunk(CANARY)), fall_silent, 408, "too_slow"),
        (post(CANARY, length=b"10000"), dribble, 408, "too_slow"),
        (chunked(chunk(CANARY)), dribble_chunks, 408, "too_slow"),
    ],
    ids=["B36: too much, told", "B38", "B38: chunks", "B39", "B39: chunks"],
)
async def test_a_body_that_never_comes_is_not_waited_for(
    tmp_path: Path, log: io.StringIO, begun: bytes, send: Send, status: int, code: str
) -> None:
    """B36, B38, B39: answered, and the connection is ended though nobody else ends it."""
    begun = begun.replace(b"/f/table", b"/f/quiz")
    async with open_public_site(tmp_path, capacity=IMPATIENT) as site:
        async with connected(site.url) as (reader, writer):
            writer.write(begun)
            sending = asyncio.create_task(send(writer))
            received = b""
            with suppress(ConnectionResetError):  # of a byte that came after the end
                while read := await reader.read(65_536):
                    received += read
            sending.cancel()
        (answer,) = answers_in(received)
        assert answer.status == status
        assert refused(site.metrics, code) == 1
        assert await site.rows() == []
    assert {line["level"] for line in lines_of(log)} == {"info"}
    assert CANARY not in log.getvalue().encode() + received
