"""A connection of aiohttp's server on which a request may be answered before aiohttp makes one of
it. What that takes of aiohttp is half private (3.14.5); the test beside says when it moves."""

import asyncio
from typing import Any, cast

from aiohttp import StreamReader, web
from aiohttp.http import HttpParser, RawRequestMessage

from service.web.exchange import Take
from service.web.fast_path.parser import WatchedParser
from service.web.in_flight import InFlight
from service.web.unhandled import report


class FastConnection(web.RequestHandler):
    """Offers to `take` every request that comes alone, while nothing before it is unanswered, and
    is the `Exchange` of it. What comes in the meantime waits."""

    def __init__(
        self, server: web.Server, *, take: Take | None, in_flight: InFlight, **options: Any
    ) -> None:
        super().__init__(server, **options)
        self.in_flight = in_flight
        self.is_taken = False
        self._take = take
        self._held = b""
        if take is not None and self._parser is not None:
            self._parser = cast(HttpParser[Any], WatchedParser(self._parser, self._offer))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin. Before Python 3.12 aiohttp's own task begins a turn later: what comes before waits
        for it, and finds everything as it is for any later request."""
        super().connection_made(transport)
        if self._waiter is None:
            self.is_taken = True
            self._loop.call_soon(self._end_turn)

    def data_received(self, data: bytes) -> None:
        """Take bytes; those that come before their turn wait for it."""
        if self.is_taken:
            if data:
                self._held += data
                self._pause_transport_reading()
        else:
            super().data_received(data)

    def _offer(self, message: RawRequestMessage, payload: StreamReader) -> bool:
        waiter = self._waiter
        if self._take is None or waiter is None or waiter.done() or self._messages or self._paused:
            return False
        self.is_taken = True
        try:
            taken = self._take(self, message, payload)
        except Exception as error:  # the whole way may know better; nothing is taken out yet
            report("fast_path_failed", error)
            taken = False
        if taken:
            self._request_count += 1
        else:
            self.is_taken = False
        return taken

    @property
    def peer(self) -> str | None:
        """As `Exchange`."""
        name = self.peername
        return str(name[0]) if isinstance(name, (list, tuple)) else name

    def send(self, answer: bytes, *, last: bool = False) -> None:
        """As `Exchange`."""
        if self.transport is not None:
            self.transport.write(answer)
        if last:
            self.force_close()
        self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
        self._end_turn()

    def turn_away(self, answer: bytes, *, last: bool = False) -> None:
        """As `Exchange`. While it rests, nobody hears that it was left."""
        self.send(answer, last=last)
        seconds = self.in_flight.rest_seconds()
        if seconds:
            self._pause_transport_reading()
            self._loop.call_later(seconds, self._end_rest)

    def _end_rest(self) -> None:
        self.in_flight.end_rest()
        if not (self._reading_paused or self._buffer_paused):
            self._resume_transport_reading()

    def give_back(self, message: RawRequestMessage, payload: StreamReader) -> None:
        """As `Exchange`."""
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            self._messages.append((message, payload))
            waiter.set_result(None)
        self._end_turn()

    def _end_turn(self) -> None:
        self.is_taken = False
        if self._held:
            held, self._held = self._held, b""
            self._resume_transport_reading()
            self.data_received(held)

    def _process_keepalive(self) -> None:
        if self.is_taken:  # it is not idle, however long a disk takes
            self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
        super()._process_keepalive()
