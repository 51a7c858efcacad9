"""What signals ask of the service: to stop, and to load its forms again."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager


class Stop:
    """Whether the service shall end, and how long that may take; a second time means at once."""

    def __init__(self, seconds: float) -> None:
        self.asked = asyncio.Event()
        self.hurry = asyncio.Event()
        self._seconds = seconds
        self._deadline: float | None = None

    def ask(self) -> None:
        """Called for every SIGTERM and SIGINT, and when the service cannot go on."""
        if self.asked.is_set():
            self.hurry.set()
        else:
            self._deadline = time.monotonic() + self._seconds
        self.asked.set()

    def begin(self) -> None:
        """As `ask`, but once more means no more."""
        if not self.asked.is_set():
            self.ask()

    def hasten(self) -> None:
        """As `ask` twice."""
        self.begin()
        self.hurry.set()

    def remaining_seconds(self) -> float:
        """What is left of the time to stop, from the first call of `ask` on."""
        if self._deadline is None:
            return self._seconds
        return max(0.0, self._deadline - time.monotonic())


@asynccontextmanager
async def heed_signals(shutdown_seconds: float, *, supervised: bool = False) -> AsyncIterator[Stop]:
    """SIGTERM and SIGINT ask the service to stop instead of ending it; so does one that waited, as
    whoever started this process may have held them back.

    One that is `supervised` may get SIGTERM from the system as well as from its supervisor (systemd
    sends it to all processes of a unit), and hurries for SIGINT only.
    """
    loop = asyncio.get_running_loop()
    stop = Stop(shutdown_seconds)
    loop.add_signal_handler(signal.SIGTERM, stop.begin if supervised else stop.ask)
    loop.add_signal_handler(signal.SIGINT, stop.hasten if supervised else stop.ask)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def keep_hangups() -> None:
    """Have SIGHUP wait, instead of ending the process, until `heed_hangups` takes it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})


@contextmanager
def heed_hangups(on_hangup: Callable[[], None]) -> Iterator[None]:
    """SIGHUP calls this in the loop, one that waited too; afterwards it does nothing any more.

    The handler is Python's, not the loop's: taking that away leaves the default for a moment, which
    ends the process, as other threads do not block the signal.
    """
    loop = asyncio.get_running_loop()
    signal.signal(signal.SIGHUP, lambda _number, _frame: loop.call_soon_threadsafe(on_hangup))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
