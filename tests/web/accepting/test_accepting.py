"""Who connects is let in soon, whatever else is going on."""

import asyncio
import io
import json
import os
import resource
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import cast

from service.web.accepting import MOST_AT_ONCE, Acceptor
from service.web.listening_site import open_listening
from tests.web.raw import WITHIN_SECONDS

RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Guests:
    """Makes protocols, each of which says `hello` and leaves, and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self.left = 0

    def __call__(self) -> asyncio.Protocol:
        return _Guest(self)

    async def until(self, count: int) -> int:
        """Return when so many were let in: after how many turns of the loop."""
        turns = 0
        async with asyncio.timeout(WITHIN_SECONDS):
            while self.count < count:
                await asyncio.sleep(0)
                turns += 1
        return turns


class _Guest(asyncio.Protocol):
    def __init__(self, guests: Guests) -> None:
        self._guests = guests

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._guests.count += 1
        cast(asyncio.Transport, transport).write(b"hello")
        transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._guests.left += 1


async def until(is_so: Callable[[], object]) -> None:
    """Return when it is so."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while not is_so():  # noqa: ASYNC110 - none of it is an event
            await asyncio.sleep(0.002)


@asynccontextmanager
async def accepting(*guests: Guests) -> AsyncIterator[tuple[int, Sequence[Acceptor]]]:
    """Acceptors on one socket, one for each of the guests' books; and its port."""
    (listening,) = await open_listening("127.0.0.1", 0, backlog=512)
    port: int = listening.getsockname()[1]
    shared = [listening, *(listening.dup() for _ in guests[1:])]
    acceptors = [Acceptor([one], book) for one, book in zip(shared, guests, strict=True)]
    try:
        yield port, acceptors
    finally:
        for acceptor in acceptors:
            acceptor.close()
        await until(lambda: all(book.left == book.count for book in guests))


@contextmanager
def waiting(port: int, count: int) -> Iterator[Sequence[socket.socket]]:
    """So many connections, each of which the network has made, and nobody accepted yet."""
    clients = [socket.create_connection(("127.0.0.1", port), WITHIN_SECONDS) for _ in range(count)]
    try:
        yield clients
    finally:
        for client in clients:
            client.close()


@contextmanager
def no_file_free() -> Iterator[None]:
    """No more files for this process than it has open now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    first_free = os.dup(0)
    os.close(first_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (first_free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_of_many_who_wait_nobody_waits_a_turn_for_each_before_them() -> None:
    """SRV-3: the busier a loop is, the longer is a turn of it."""
    guests = Guests()
    async with accepting(guests) as (port, _):
        with waiting(port, 4 * MOST_AT_ONCE):
            assert await guests.until(4 * MOST_AT_ONCE) <= 12


async def test_several_on_one_socket_let_everybody_in_once() -> None:
    """As workers do: whoever comes second finds nobody, and waits for the next."""
    books = [Guests() for _ in range(3)]
    async with accepting(*books) as (port, _):
        for count in (1, 40):
            with waiting(port, count) as clients:
                for client in clients:
                    greeting = await asyncio.to_thread(client.makefile("rb").read)
                    assert greeting == b"hello"
    assert sum(book.count for book in books) == 41


async def test_without_a_free_file_it_waits_for_one_and_says_so_once(log: io.StringIO) -> None:
    """SRV-3: who connected meanwhile is let in then, and the loop is no busier for it."""
    guests = Guests()
    async with accepting(guests) as (port, _):
        with waiting(port, 3):
            with no_file_free():
                await until(log.getvalue)
                for _ in range(100):
                    await asyncio.sleep(0)
            assert guests.count == 0
            await guests.until(3)
    (line,) = map(json.loads, log.getvalue().splitlines())
    assert (line["event"], line["level"], line["count"]) == ("accept_failed", "warning", 1)
    assert line["reason"] == "Too many open files"


async def test_it_may_be_closed_while_it_waits_for_a_free_file(log: io.StringIO) -> None:
    guests = Guests()
    async with accepting(guests) as (port, (acceptor,)):
        with waiting(port, 1):
            with no_file_free():
                await until(log.getvalue)
                acceptor.close()
            await asyncio.sleep(0.15)  # beyond its pause
    assert guests.count == 0
    assert len(log.getvalue().splitlines()) == 1


async def test_who_left_before_it_was_let_in_is_nobodys_fault(log: io.StringIO) -> None:
    guests = Guests()
    async with accepting(guests) as (port, _):
        with waiting(port, 20) as clients:
            for client in clients[:19]:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
                client.close()
            assert await asyncio.to_thread(clients[19].makefile("rb").read) == b"hello"
    assert log.getvalue() == ""


async def test_whoever_had_connected_at_the_end_is_let_in() -> None:
    guests = Guests()
    async with accepting(guests) as (port, (acceptor,)):
        with waiting(port, 3 * MOST_AT_ONCE):
            await acceptor.close_behind_the_last()
            assert guests.count == 3 * MOST_AT_ONCE
    assert acceptor.sockets == ()
