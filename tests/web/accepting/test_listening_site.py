"""Where a listener listens, and what it owes to those who connected when it ends."""

import asyncio
import errno
import socket

import pytest
from aiohttp import web

from service.lifespan import listen
from service.observability.metrics import Metrics
from service.setting_values import Address
from service.web.keys import METRICS
from service.web.listening_site import open_listening
from tests.web.listener.small_listener import greet

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def an_app() -> web.Application:
    app = web.Application()
    app[METRICS] = Metrics()
    app.router.add_get("/", greet)
    return app


async def test_a_request_that_was_sent_before_the_end_is_answered() -> None:
    """Also that of a connection which nobody had accepted yet."""
    async with listen(an_app(), Address(host="127.0.0.1", port=0), finish_seconds=5) as address:
        client = socket.create_connection((address.host, address.port), 5)
        client.sendall(GET)
    with client:
        answer = await asyncio.to_thread(client.makefile("rb").read)
    assert answer.startswith(b"HTTP/1.1 200 ")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.host, address.port), 5)


async def test_a_socket_that_is_shared_stays_with_the_others_at_the_end() -> None:
    """As with several workers, of which one ends."""
    with socket.create_server(("127.0.0.1", 0)) as shared:
        async with listen(an_app(), shared.dup(), finish_seconds=5):
            pass
        client = socket.create_connection(shared.getsockname(), 5)
        connection, _ = shared.accept()
        connection.close()
        client.close()


async def test_a_name_with_several_addresses_is_listened_on_at_all_of_them() -> None:
    sockets = await open_listening("localhost", 0, backlog=5)
    loop = asyncio.get_running_loop()
    known = {info[4][0] for info in await loop.getaddrinfo("localhost", 0)}
    assert {one.getsockname()[0] for one in sockets} <= known
    for one in sockets:
        socket.create_connection(one.getsockname()[:2], 5).close()
        one.close()


async def test_where_somebody_listens_already_nobody_else_does() -> None:
    (taken,) = await open_listening("127.0.0.1", 0, backlog=5)
    with taken, pytest.raises(OSError, match="in use") as raised:
        await open_listening("127.0.0.1", taken.getsockname()[1], backlog=5)
    assert raised.value.errno == errno.EADDRINUSE
