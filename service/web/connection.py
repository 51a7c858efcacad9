"""One connection of aiohttp's server, held to what this service promises of every answer.

What aiohttp answers by itself never reaches a middleware: it quotes the request in the answer and,
with a traceback, in the log. It waits for a body for ever, and queues bodies that come before their
turn. The ways in between are half private (3.14.5); all of them are in this file and in server.py,
and tests/web/listener/test_server.py fails when one of them moves.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD
from aiohttp.web_protocol import _ErrInfo
from multidict import CIMultiDictProxy

from service.observability.metrics import Metrics
from service.observability.request_lines import new_request_id
from service.web.capacity import Capacity
from service.web.crowd import Crowd
from service.web.exchange import Take
from service.web.fast_path.connection import FastConnection
from service.web.heads import refusal_of
from service.web.in_flight import REFUSED, InFlight, busy
from service.web.problems import problem_response
from service.web.rare_line import RareLine
from service.web.refusals import BAD_REQUEST, BUSY, FAILED, TOO_SLOW, Refusal, RefusedError
from service.web.unhandled import answerable, as_meant, in_bytes, report, told_length


class BodyTooSlowError(web.RequestPayloadError):
    """The body was given up: too little of it came in the time it had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all connections of a listener have in common; `headers` are on every answer."""

    metrics: Metrics
    headers: Mapping[str, str]
    unreadable: RareLine
    capacity: Capacity
    crowd: Crowd
    in_flight: InFlight
    most_body_bytes: int
    take: Take | None
    """Who may answer a request before aiohttp makes one of it."""


class Connection(FastConnection):
    """Whatever no middleware made an answer of becomes one here; and time is kept for who is slow.

    The crowd calls it once a second or so, which is as exact as its deadlines are.
    """

    def __init__(self, server: web.Server, shared: Shared, **options: Any) -> None:
        super().__init__(server, take=shared.take, in_flight=shared.in_flight, **options)
        self._shared = shared
        self._make_request = server.request_factory
        self._request_factory = self._read_head
        self._wire: asyncio.Transport | None = None  # aiohttp forgets its own before it has ended
        self._body: StreamReader = EMPTY_PAYLOAD  # of the last head that came
        self._head_since: float | None = None
        self._head_bytes = 0  # of the head that is on its way
        self._awaited: StreamReader = EMPTY_PAYLOAD  # the body of the request that is answered
        self._body_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, where there is room; otherwise say so and end."""
        super().connection_made(transport)
        self._wire = self.transport
        if self._wire is not None and not self._shared.crowd.join(self):
            self._wire.write(in_bytes(self._problem(busy())))
            self.force_close()

    def connection_lost(self, exc: BaseException | None) -> None:
        """End, whoever wanted it."""
        self._shared.crowd.leave(self)
        super().connection_lost(exc)
        self._wire = None

    def data_received(self, data: bytes) -> None:
        """Take bytes. What cannot be parsed is the end of every body that is on its way, or those
        who read it would wait for what can no longer come."""
        body, count = self._body, self._request_count
        between = body.is_eof() and not self.is_taken
        try:
            super().data_received(data)
        except Exception as error:  # of the parser's errors only its own mistakes get here
            self._shared.unreadable.write(error)
            self.force_close()
        if self._request_count != count:
            self._head_since, self._head_bytes = None, 0
            if not self._messages:  # it has its answer, or will have
                return
            last, self._body = self._messages[-1]
            if isinstance(last, _ErrInfo):
                for broken in (body, *(queued for _, queued in self._messages)):
                    if not broken.is_eof():
                        broken.set_exception(web.RequestPayloadError("The rest cannot be parsed."))
        elif between and data:
            if self._head_since is None:
                self._head_since = self._loop.time()
            self._head_bytes += len(data)
            if self._head_bytes > self._shared.capacity.most_head_bytes:
                self._refuse_head(BAD_REQUEST)
                self.close()  # reads no more of it, and answers what came before it
        if self._waiter is None and self._messages:
            self._hold_back()

    def _refuse_head(self, refusal: Refusal) -> None:
        """Answer a head that is not whole, where it is the one that is waited for."""
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            self._head_since = None
            broken = _ErrInfo(status=refusal.status, exc=RefusedError(refusal), message="")
            self._messages.append((broken, EMPTY_PAYLOAD))
            waiter.set_result(None)

    def _hold_back(self) -> None:
        if not self._buffer_paused and self._is_far_ahead():
            self._pause_reading_for_buffer()

    def _resume_reading_if_drained(self) -> None:
        if not self._is_far_ahead():
            super()._resume_reading_if_drained()

    def _is_far_ahead(self) -> bool:
        ahead = sum(body.total_bytes for _, body in self._messages)
        return ahead > self._shared.capacity.most_ahead_bytes

    def quiet_since(self) -> float | None:
        """As the crowd asks it. A head that has begun to arrive is no request yet."""
        if self._waiter is None or self._waiter.done() or self.is_taken:
            return None
        return self._next_keepalive_close_time - self._keepalive_timeout

    def unsent_bytes(self) -> int:
        """As the crowd asks it."""
        return 0 if self._wire is None else self._wire.get_write_buffer_size()

    def drop(self) -> None:
        """As the crowd asks it; with a reset only where something is left unsent."""
        wire, unsent = self._wire, self.unsent_bytes()
        self.force_close()
        if wire is not None and unsent:
            wire.abort()

    def check_pace(self, now: float) -> None:
        """As the crowd asks it: 408 for the head or the body that took too long."""
        capacity = self._shared.capacity
        since, waiter = self._head_since, self._waiter
        if since is not None and waiter is not None and not waiter.done():
            if now - since >= capacity.head_seconds:
                self._refuse_head(TOO_SLOW)
        elif not self._awaited.is_eof() and capacity.body_is_late(
            seconds=now - self._body_since, arrived_bytes=self._awaited.total_bytes
        ):
            # Only whoever waits is told: the rest is still drained, so that the answer is seen.
            reader, self._awaited = self._awaited._waiter, EMPTY_PAYLOAD
            if reader is not None and not reader.done():
                reader.set_exception(BodyTooSlowError())

    def _read_head(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: "asyncio.Task[None]",
    ) -> web.BaseRequest:
        if not payload.is_eof():
            self._awaited, self._body_since = payload, self._loop.time()
        # aiohttp's stand-in for a request it could not parse has a plain dict for headers.
        if not isinstance(message.headers, CIMultiDictProxy):
            return self._make_request(message, payload, protocol, writer, task)
        absolute = message.url.absolute
        authority = message.url.raw_authority if absolute else None
        refusal = refusal_of(message.version, authority, message.headers)
        if refusal is None and "Expect" in message.headers:
            refusal = self._shared.in_flight.refusal_before_body(
                told_length(message), self._shared.most_body_bytes
            )
        message = as_meant(message)
        if refusal is not None:
            message = answerable(message)
        request = self._make_request(message, payload, protocol, writer, task)
        if refusal is not None:
            request[REFUSED] = busy() if refusal is BUSY else RefusedError(refusal)
        return request

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """A problem with our headers and nothing of the request: what cannot be parsed does not
        say what form of answer it wants, and people's browsers send nothing of the kind."""
        if isinstance(exc, RefusedError):
            error = exc
        elif status < FAILED.status:
            error = RefusedError(BAD_REQUEST)
            self._shared.unreadable.write(exc)
        else:
            error = RefusedError(FAILED)
            report("request_failed", exc)
        if request.writer.output_size > 0:
            raise ConnectionError("The answer has begun already.")
        return self._problem(error)

    def _problem(self, error: RefusedError) -> web.Response:
        self._shared.metrics.refused.labels(error.refusal.code).inc()
        own = {"X-Request-Id": new_request_id(), **error.headers}
        response = problem_response(
            error.refusal, detail=error.text, headers={**self._shared.headers, **own}
        )
        response.force_close()
        return response

    def log_exception(self, *args: Any, **options: Any) -> None:
        """What went wrong beside a request: mostly in the rest of a body that nobody wanted."""
        error = options.get("exc_info")
        if isinstance(error, web.RequestPayloadError):
            self._shared.unreadable.write(error)
        else:
            report("connection_failed", error)
