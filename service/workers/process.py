"""One worker as the supervisor sees it: a process of its own, on a socket that all share."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import structlog

from service.setting_values import Address

_LOG = structlog.get_logger(__name__)

SETTLED_SECONDS = 60.0
"""A worker that ran for so long before it ended is started again at once."""

_LONGEST_PAUSE_SECONDS = 30.0
_FIRST_PAUSE_SECONDS = 1.0

_HELD_BACK = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


class Worker:
    """The place of one process: its number, its slot and its sockets stay when it is replaced.

    `lifeline` is the end of a pipe that the process reads: it ends when nobody holds the other end
    any more, so that no worker outlives its supervisor, whatever becomes of that.
    """

    def __init__(
        self, number: int, public: socket.socket, lifeline: int, options: Sequence[str]
    ) -> None:
        self.number = number
        self._public = public
        self._lifeline = lifeline
        self._options = options
        # Kept open while the process is replaced, so that the port stays this worker's.
        self._internal = socket.create_server(("127.0.0.1", 0))
        self._process: asyncio.subprocess.Process | None = None
        self._failures = 0

    @property
    def internal(self) -> Address:
        """Where the process answers about itself; on this machine only."""
        host, port = self._internal.getsockname()[:2]
        return Address(host=host, port=port)

    @property
    def process_id(self) -> int | None:
        """Of the process that runs now; None while there is none."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start the process. A signal that comes before it can heed it waits in it until then.

        To be run on asyncio's own loop: uvloop lets its processes begin with all signals at their
        default (0.22), which ends them. Raises OSError where there can be no process now.
        """
        descriptors = (self._public.fileno(), self._internal.fileno(), self._lifeline)
        public, internal, lifeline = map(str, descriptors)
        with _signals_held_back():
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, *_interpreter_options(), "-m", "service", "worker"),
                *("--number", str(self.number), "--public", public, "--internal", internal),
                *("--lifeline", lifeline, *self._options),
                stdin=subprocess.DEVNULL,
                pass_fds=descriptors,
                # Ctrl-C is for the supervisor, which tells the others once.
                start_new_session=True,
            )

    async def wait(self) -> int:
        """The exit code of the process that was started, when it has ended; negative for a
        signal."""
        if self._process is None:
            raise RuntimeError("it was not started")
        try:
            return await self._process.wait()
        finally:
            self._process = None

    def pause_seconds(self, lived_seconds: float) -> float:
        """How long to wait before the next start: longer with each early end in a row."""
        if lived_seconds >= SETTLED_SECONDS:
            self._failures = 0
        self._failures += 1
        if self._failures == 1:
            return 0.0
        doublings = min(self._failures - 2, 10)
        return min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * float(1 << doublings))

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal, where there is one."""
        process = self._process
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)

    def close(self) -> None:
        """Give up the socket that was its own."""
        self._internal.close()


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """What starts in here has them blocked, as it takes over what this thread has; for as long they
    wait here, too. Several may be in here at a time: whoever leaves has started already."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _HELD_BACK)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HELD_BACK)


def _interpreter_options() -> Sequence[str]:
    """Those that change what the code does; warnings and the like come by the environment."""
    options = ["-" + "O" * sys.flags.optimize] if sys.flags.optimize else []
    # `-m` looks into the working folder first, where others may have a `service`, too; a command
    # that was itself started in another way never looked there.
    if sys.flags.safe_path or sys.modules["__main__"].__spec__ is None:
        options.append("-P")
    return options
