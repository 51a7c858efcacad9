"""What a worker gets from its supervisor: sockets that listen already, and a line to it."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from service.running.signals import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """The two listeners, and the end of a pipe that nobody writes to."""

    public: socket.socket
    internal: socket.socket
    lifeline: int


@contextmanager
def heed_lifeline(descriptor: int, stop: Stop) -> Iterator[None]:
    """Stop when the other end of the pipe is closed: the supervisor is there no more."""
    loop = asyncio.get_running_loop()

    def on_end() -> None:
        loop.remove_reader(descriptor)
        stop.begin()

    loop.add_reader(descriptor, on_end)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
