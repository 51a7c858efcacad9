"""Connections that are accepted as fast as they come.

uvloop accepts one in a turn of its loop (0.22), and the busier the others keep it, the longer is a
turn: newcomers would wait for seconds, and beyond the backlog for the network to ask again. Here
many are accepted in a turn, on any loop.
"""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from service.web.rare_line import RareLine
from service.web.unhandled import report

MOST_AT_ONCE = 64
"""So many in one turn: those who are connected already are waiting, too."""

PAUSE_SECONDS = 0.1
"""After which what could not be accepted is tried again."""

LAST_SECONDS = 0.05
"""How long those that connected last have for their first request, where the service stops."""

_APART_SECONDS = 10.0

# Whoever it was has left, or is none of those with whom this machine may speak (accept(2)).
_GONE = frozenset(
    {
        errno.ECONNABORTED,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.ENETDOWN,
        errno.ENETUNREACH,
        errno.ENOPROTOOPT,
        errno.EOPNOTSUPP,
        errno.EPERM,
        errno.EPROTO,
    }
)


class Acceptor:
    """Hands the connections of listening sockets to protocols. The sockets are its own from the
    beginning, and closed with it; other processes may accept on them as well."""

    def __init__(
        self,
        listening: Sequence[socket.socket],
        make_protocol: Callable[[], asyncio.BaseProtocol],
    ) -> None:
        self._listening = [*listening]
        self._make_protocol = make_protocol
        self._loop = asyncio.get_running_loop()
        self._connecting: set[asyncio.Task[Any]] = set()
        self._pauses: dict[socket.socket, asyncio.TimerHandle] = {}
        self._failed = RareLine(
            "accept_failed", level=logging.WARNING, apart_seconds=_APART_SECONDS
        )
        for one in self._listening:
            one.setblocking(False)
            self._watch(one)

    @property
    def sockets(self) -> Sequence[socket.socket]:
        """Those that it listens on."""
        return tuple(self._listening)

    def close(self) -> None:
        """Accept nobody any more."""
        listening, self._listening = self._listening, []
        for one in listening:
            self._stop_watching(one)
            one.close()

    async def close_behind_the_last(self) -> None:
        """Close, but first let in whoever has connected already: to them it looked open. They may
        send something until it returns."""
        for one in self._listening:
            self._stop_watching(one)
            for _ in range(MOST_AT_ONCE):  # not for ever, if they never cease to come
                if not self._accept(one):
                    break
        self.close()
        if self._connecting:
            await asyncio.sleep(LAST_SECONDS)
        for connecting in self._connecting:
            connecting.cancel()

    def _watch(self, one: socket.socket) -> None:
        self._pauses.pop(one, None)
        self._loop.add_reader(one, self._accept, one)

    def _stop_watching(self, one: socket.socket) -> None:
        self._loop.remove_reader(one)
        pause = self._pauses.pop(one, None)
        if pause is not None:
            pause.cancel()

    def _accept(self, one: socket.socket) -> bool:
        """Whether there may be more."""
        for _ in range(MOST_AT_ONCE):
            try:
                connection, _ = one.accept()
            except BlockingIOError:  # that was all, or another process was faster
                return False
            except OSError as error:
                if error.errno in _GONE:
                    continue
                # Mostly no file is free: it stays ready, and would take every turn for nothing.
                self._failed.write(error, reason=error.strerror)
                self._stop_watching(one)
                self._pauses[one] = self._loop.call_later(PAUSE_SECONDS, self._watch, one)
                return False
            self._connect(connection)
        return True

    def _connect(self, connection: socket.socket) -> None:
        connecting = self._loop.create_task(
            self._loop.connect_accepted_socket(self._make_protocol, connection)
        )
        self._connecting.add(connecting)
        connecting.add_done_callback(partial(self._note, connection))

    def _note(self, connection: socket.socket, connecting: "asyncio.Task[Any]") -> None:
        self._connecting.discard(connecting)
        if connecting.cancelled():
            connection.close()
        elif (error := connecting.exception()) is not None:
            connection.close()
            # uvloop calls it an error that a connection was ended by its own protocol at once.
            if not isinstance(error, (OSError, RuntimeError)):
                report("connection_failed", error)
