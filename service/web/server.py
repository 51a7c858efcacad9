"""aiohttp's server, held to what this service promises of every answer.

What aiohttp answers by itself never reaches a middleware: it quotes the request in the answer and,
with a traceback, in the log. The ways in between are half private (3.14.5); all of them are in this
file, and tests/web/test_server.py fails when one of them moves.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from traceback import walk_tb
from typing import Any

import structlog
from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpVersion11, RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD
from aiohttp.web_protocol import _ErrInfo
from multidict import CIMultiDict, CIMultiDictProxy

from service.observability.metrics import Metrics
from service.web.heads import VERSIONS, refusal_of
from service.web.keys import METRICS, SITE
from service.web.problems import problem_response
from service.web.protection import protective_headers
from service.web.rare_line import RareLine
from service.web.refusals import BAD_REQUEST, FAILED, Refusal, RefusedError

_LOG = structlog.get_logger(__name__)

# A reverse proxy keeps idle connections for 60 s as a rule; ours must last longer, or it meets a
# closed one. aiohttp takes the same figure as its deadline for a request's head.
KEEPALIVE_SECONDS = 75.0
LINGERING_SECONDS = 5.0  # for reading what nobody wants any more, so that the answer is seen
MOST_LINE_BYTES = 8_190
MOST_FIELD_BYTES = 16_384
MOST_HEADERS = 100

_REFUSAL = web.RequestKey("_REFUSAL", Refusal)


def make_runner(app: web.Application, *, shutdown_timeout: float) -> web.AppRunner:
    """The runner of a listener, with the limits of production. The application has its METRICS and
    was not started yet."""
    app.middlewares.append(_refuse)
    return _Runner(
        app,
        access_log=None,
        auto_decompress=False,  # nothing compressed is taken, so nothing is to be unpacked
        handler_cancellation=False,  # what a client sent before it left is committed all the same
        keepalive_timeout=KEEPALIVE_SECONDS,
        lingering_time=LINGERING_SECONDS,
        max_field_size=MOST_FIELD_BYTES,
        max_headers=MOST_HEADERS,
        max_line_size=MOST_LINE_BYTES,
        shutdown_timeout=shutdown_timeout,
    )


@web.middleware
async def _refuse(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The innermost middleware: the others give the refusal its form, and count and log it."""
    refusal = request.get(_REFUSAL)
    if refusal is not None:
        raise RefusedError(refusal)
    return await handler(request)


class _Runner(web.AppRunner):
    async def _make_server(self) -> web.Server:
        protective = protective_headers(self.app.get(SITE))
        return _Server(await super()._make_server(), self.app[METRICS], protective)


class _Server(web.Server):
    """The server that an application made, with connections of ours."""

    def __init__(self, made: web.Server, metrics: Metrics, headers: Mapping[str, str]) -> None:
        super().__init__(
            made.request_handler,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            loop=made._loop,
            **made._kwargs,
        )
        self._metrics = metrics
        self._headers = headers
        self._unreadable = RareLine("unreadable_request")

    def __call__(self) -> web.RequestHandler:
        return _Connection(
            self, self._metrics, self._headers, self._unreadable, loop=self._loop, **self._kwargs
        )


class _Connection(web.RequestHandler):
    """One connection. Whatever no middleware made an answer of becomes one here."""

    def __init__(
        self,
        server: _Server,
        metrics: Metrics,
        headers: Mapping[str, str],
        unreadable: RareLine,
        **options: Any,
    ) -> None:
        super().__init__(server, **options)
        self._metrics = metrics
        self._headers = headers
        self._unreadable = unreadable
        self._make_request = server.request_factory
        self._request_factory = self._read_head
        self._body: StreamReader = EMPTY_PAYLOAD

    def data_received(self, data: bytes) -> None:
        """Take bytes. What cannot be parsed is the end of every body that is on its way, or those
        who read it would wait for what can no longer come."""
        try:
            super().data_received(data)
        except Exception as error:  # of the parser's errors only its own mistakes get here
            self._unreadable.write(error)
            self.force_close()
        if self._messages and isinstance(self._messages[-1][0], _ErrInfo):
            for body in (self._body, *(body for _, body in self._messages)):
                if not body.is_eof():
                    body.set_exception(web.RequestPayloadError("The rest cannot be parsed."))

    def _read_head(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: "asyncio.Task[None]",
    ) -> web.BaseRequest:
        self._body = payload
        # aiohttp's stand-in for a request it could not parse has a plain dict for headers.
        if not isinstance(message.headers, CIMultiDictProxy):
            return self._make_request(message, payload, protocol, writer, task)
        absolute = message.url.absolute
        authority = message.url.raw_authority if absolute else None
        refusal = refusal_of(message.version, authority, message.headers)
        if absolute:
            message = message._replace(url=message.url.relative())
        if refusal is not None:
            message = _answerable(message)
        request = self._make_request(message, payload, protocol, writer, task)
        if refusal is not None:
            request[_REFUSAL] = refusal
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
            refusal = exc.refusal
        elif status < FAILED.status:
            refusal = BAD_REQUEST
            self._unreadable.write(exc)
        else:
            refusal = FAILED
            _report("request_failed", exc)
        if request.writer.output_size > 0:
            raise ConnectionError("The answer has begun already.")
        self._metrics.refused.labels(refusal.code).inc()
        response = problem_response(refusal, detail=refusal.text, headers=self._headers)
        response.force_close()
        return response

    def log_exception(self, *args: Any, **options: Any) -> None:
        """What went wrong beside a request: mostly in the rest of a body that nobody wanted."""
        error = options.get("exc_info")
        if isinstance(error, web.RequestPayloadError):
            self._unreadable.write(error)
        else:
            _report("connection_failed", error)


def _report(event: str, error: object) -> None:
    """A fault of ours: where it was raised, without the texts, which may quote a request."""
    frames = list(walk_tb(error.__traceback__)) if isinstance(error, BaseException) else []
    code = frames[-1][0].f_code if frames else None
    _LOG.error(
        event,
        error_type=type(error).__name__,
        place=code and f"{code.co_filename.rpartition('/')[2]}:{code.co_qualname}",
    )


def _answerable(message: RawRequestMessage) -> RawRequestMessage:
    """The message without what aiohttp would act upon before any middleware, or repeat in the
    answer's own head; its connection ends with the answer."""
    headers = CIMultiDict(message.headers)
    headers.popall("Expect", None)
    return message._replace(
        headers=CIMultiDictProxy(headers),
        version=message.version if message.version in VERSIONS else HttpVersion11,
        should_close=True,
    )


def _place(error: BaseException | None) -> str | None:
    """Where it was raised: a traceback without the texts, which may quote a request."""
    frames = [] if error is None else [frame for frame, _ in walk_tb(error.__traceback__)]
    if not frames:
        return None
    code = frames[-1].f_code
    return f"{code.co_filename.rpartition('/')[2]}:{code.co_qualname}"
