"""The line of a request in the log: the same as any other, made in a twentieth of the time.

A busy form writes thousands of them a second, and nothing else that often. Those of one turn of the
event loop are written at once, at its end.
"""

import asyncio
import json
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache
from itertools import count
from secrets import token_hex
from select import PIPE_BUF
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

_EVENT = "request"
_LOG = structlog.get_logger(__name__)

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered, which every line about it carries."""

# Unique, and no secret: a random start for each process, and a number for each request.
_PROCESS = token_hex(4)
_numbers = count(1)


def new_request_id() -> str:
    """An id that no other request has, of this process or another: 16 digits in lower-case hex."""
    return f"{_PROCESS}{next(_numbers) & 0xFFFFFFFF:08x}"


def add_request_id(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Processor of structlog: which request a line is about."""
    identifier = request_id.get()
    if identifier is not None:
        event["request_id"] = identifier
    return event


class RequestLines:
    """Writes the lines of requests to a stream; to structlog where there is none."""

    def __init__(self) -> None:
        self._stream: TextIO | None = None
        self._lines: list[str] = []

    def send_to(self, stream: TextIO | None) -> None:
        """As JSON to this stream from now on, or to structlog."""
        self._flush()
        self._stream = stream

    def write(
        self,
        *,
        method: str,
        route: str,
        status: int,
        seconds: float,
        size: int,
        network: str | None,
        identifier: str,
    ) -> None:
        """Note one. `route` is the template of the path, never the path; `size` are the bytes of
        the answer's body; `network` is the client's, never its address; `identifier` the
        request's."""
        milliseconds = round(seconds * 1000, 2)
        if self._stream is None:
            _LOG.info(
                _EVENT,
                method=method,
                route=route,
                status=int(status),  # an HTTPStatus is written as its name
                ms=milliseconds,
                bytes=size,
                client=network,
                request_id=identifier,
            )
            return
        now = time.time_ns() // 1000
        if not self._lines:
            asyncio.get_running_loop().call_soon(self._flush)
        self._lines.append(
            f'{{"method":{_quoted(method)},"route":{_quoted(route)},"status":{status},'
            f'"ms":{milliseconds},"bytes":{size},"client":{_quoted(network)},'
            f'"event":"{_EVENT}","request_id":"{identifier}",'
            f'"level":"info","timestamp":"{_second(now // 1_000_000)}.{now % 1_000_000:06d}Z"}}\n'
        )

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        if self._stream is not None and lines:
            with suppress(OSError, ValueError):  # whoever read the log has left
                for piece in _pieces(lines):
                    self._stream.write(piece)
                    self._stream.flush()


REQUEST_LINES = RequestLines()
"""Those of this process; `configure_logs` says where they go, as for all that is logged."""


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """The lines, as many at once as a pipe takes in one piece: other processes may write to it, too
    (POSIX, write: PIPE_BUF). They are ASCII."""
    piece = ""
    for line in lines:
        if piece and len(piece) + len(line) > PIPE_BUF:
            yield piece
            piece = ""
        piece += line
    yield piece


@lru_cache(maxsize=4096)
def _quoted(text: str | None) -> str:
    return json.dumps(text)


@lru_cache(maxsize=4)
def _second(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))
