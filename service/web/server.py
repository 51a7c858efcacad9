"""aiohttp's server with the limits of production, and with connections of ours."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from service.observability.metrics import Metrics
from service.web.capacity import CAPACITY, PUBLIC
from service.web.connection import Connection, Shared
from service.web.crowd import Crowd
from service.web.fast_path.fast_path import FAST_PATH
from service.web.in_flight import REFUSED, InFlight
from service.web.keys import METRICS, SITE
from service.web.protection import protective_headers
from service.web.rare_line import RareLine

MOST_LINE_BYTES = 8_190
MOST_FIELD_BYTES = 16_384
MOST_HEADERS = 100


class Runner(web.AppRunner):
    """The runner of a listener: who is connected, and what is being answered."""

    def __init__(self, app: web.Application, **options: Any) -> None:
        super().__init__(app, **options)
        self._capacity = app.get(CAPACITY, PUBLIC)
        self.in_flight = InFlight(self._capacity)
        self.crowd = Crowd(self._capacity, app[METRICS])
        self._show(app[METRICS])

    def _show(self, metrics: Metrics) -> None:
        capacity, name = self._capacity, self._capacity.listener
        metrics.connections.labels(name).set_function(lambda: len(self.crowd))
        metrics.connections_limit.labels(name).set(capacity.most_connections)
        metrics.in_flight.labels(name).set_function(lambda: self.in_flight.requests)
        metrics.in_flight_limit.labels(name).set_function(lambda: self.in_flight.most_requests)
        metrics.body_bytes.labels(name).set_function(lambda: self.in_flight.body_bytes)
        metrics.body_bytes_limit.labels(name).set(capacity.most_body_bytes)

    async def _make_server(self) -> web.Server:
        fast_path = self.app.get(FAST_PATH)
        shared = Shared(
            metrics=self.app[METRICS],
            headers=protective_headers(self.app.get(SITE)),
            unreadable=RareLine("unreadable_request"),
            capacity=self._capacity,
            crowd=self.crowd,
            in_flight=self.in_flight,
            most_body_bytes=self.app._client_max_size,
            take=fast_path.take if fast_path else None,
        )
        return _Server(await super()._make_server(), shared)


def make_runner(app: web.Application, *, shutdown_timeout: float) -> Runner:
    """The runner of a listener, with the limits of production. The application has its METRICS, a
    CAPACITY where it is not the public one's, and was not started yet. Deadlines are held for as
    long as the crowd is swept."""
    capacity = app.get(CAPACITY, PUBLIC)
    runner = Runner(
        app,
        access_log=None,
        auto_decompress=False,  # nothing compressed is taken, so nothing is to be unpacked
        handler_cancellation=False,  # what a client sent before it left is committed all the same
        keepalive_timeout=capacity.keepalive_seconds,
        lingering_time=capacity.lingering_seconds,
        max_field_size=MOST_FIELD_BYTES,
        max_headers=MOST_HEADERS,
        max_line_size=MOST_LINE_BYTES,
        shutdown_timeout=shutdown_timeout,
    )
    app.middlewares.insert(0, runner.in_flight.watch)
    app.middlewares.append(_refuse)
    return runner


@web.middleware
async def _refuse(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The innermost middleware: the others give the refusal its form, and count and log it."""
    error = request.get(REFUSED)
    if error is not None:
        raise error
    return await handler(request)


class _Server(web.Server):
    """The server that an application made, with connections of ours."""

    def __init__(self, made: web.Server, shared: Shared) -> None:
        super().__init__(
            made.request_handler,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            loop=made._loop,
            **made._kwargs,
        )
        self._shared = shared

    def __call__(self) -> web.RequestHandler:
        return Connection(self, self._shared, loop=self._loop, **self._kwargs)
