"""Blocking calls on threads that an ending process does not wait for.

What a loop does in its default executor, looking up names above all, is waited for twice: by the
loop when it closes, and by the interpreter when it ends, which joins the workers of every
ThreadPoolExecutor whether they are daemons or not. The first is right for a thread that may be
left behind with its loop; the second would keep a service from stopping.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Thread
from typing import Any


class DaemonExecutor(ThreadPoolExecutor):
    """Starts a daemon thread for each call; a loop takes no other class as its executor.

    `shutdown` waits for them as the parent's does, unless `left_behind`; the end of the process
    never does.
    """

    def __init__(self, *, left_behind: bool = False) -> None:
        super().__init__()
        self._left_behind = left_behind
        self._calls: list[Thread] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """What the call will give."""
        future: Future[Any] = Future()
        call = Thread(target=_run, args=(future, fn, args, kwargs), daemon=True)
        self._calls = [*(each for each in self._calls if each.is_alive()), call]
        call.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what runs, where that is wished."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait and not self._left_behind:
            for call in self._calls:
                call.join()


def _run(
    future: Future[Any], fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = fn(*args, **kwargs)
    except BaseException as error:  # whoever waits is told, whatever it is
        future.set_exception(error)
    else:
        future.set_result(result)
