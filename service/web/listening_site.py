"""A listener's sockets, and the site of aiohttp's runner that accepts on them."""

import asyncio
import socket
from collections.abc import Sequence
from typing import cast

from aiohttp import web

from service.web.accepting import Acceptor


class ListeningSite(web.BaseSite):
    """A site of a runner on sockets that listen already, which are closed with it."""

    __slots__ = ("_acceptor", "_sockets")

    def __init__(self, runner: web.BaseRunner, sockets: Sequence[socket.socket]) -> None:
        super().__init__(runner)
        self._sockets = sockets

    @property
    def name(self) -> str:
        """As the others have one."""
        host, port = self._sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    async def start(self) -> None:
        """Accept from now on."""
        await super().start()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner was not set up")
        self._acceptor = Acceptor(self._sockets, server)
        # The runner asks it for its sockets, and to close, and for nothing else (3.14.5).
        self._server = cast(asyncio.AbstractServer, self._acceptor)

    async def stop(self) -> None:
        """Accept nobody any more; who had connected until now may send a request yet."""
        if self._server is not None:
            await self._acceptor.close_behind_the_last()
        await super().stop()


async def open_listening(host: str, port: int, *, backlog: int) -> Sequence[socket.socket]:
    """Sockets that listen on all addresses of a name. Raises OSError, and UnicodeError for what
    cannot be a name."""
    loop = asyncio.get_running_loop()
    # How names, families and reused addresses are dealt with is known there; the copies are ours.
    bound = await loop.create_server(asyncio.Protocol, host, port, start_serving=False)
    listening: list[socket.socket] = []
    try:
        for one in bound.sockets:
            listening.append(one.dup())
            listening[-1].listen(backlog)
    except OSError:
        for copy in listening:
            copy.close()
        raise
    finally:
        bound.close()
    return listening
