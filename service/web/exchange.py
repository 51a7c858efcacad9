"""A connection at a request that is answered at once, as whoever answers it sees the connection."""

from collections.abc import Callable
from typing import Protocol

from aiohttp import StreamReader
from aiohttp.http import RawRequestMessage

from service.web.in_flight import InFlight


class Exchange(Protocol):
    """One whole request, and nobody else's turn until `send` or `give_back` was called."""

    @property
    def peer(self) -> str | None:
        """The address of the socket's other end; None where it has none."""
        ...

    @property
    def in_flight(self) -> InFlight:
        """What is being answered on this listener."""
        ...

    def send(self, answer: bytes, *, last: bool = False) -> None:
        """Answer, if anybody is there still; `last` ends the connection."""
        ...

    def turn_away(self, answer: bytes, *, last: bool = False) -> None:
        """Answer that there is no room; and for a moment read nothing more, where many insist."""
        ...

    def give_back(self, message: RawRequestMessage, payload: StreamReader) -> None:
        """Leave the request to the whole way after all. Nothing of the body was taken out."""
        ...


Take = Callable[[Exchange, RawRequestMessage, StreamReader], bool]
"""Answer a request, now or later; False where it is left to the whole way at once."""
