"""One contender as a process: started, asked what it took, and stopped."""

import contextlib
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.contenders import Launch
from bench.processes import Taken, taken_by

ROOT = Path(__file__).parents[1]
START_SECONDS = 60.0
STOP_SECONDS = 30.0
_EVERY_SECONDS = 0.005
_ASK_WITHIN_SECONDS = 5.0


class StartError(Exception):
    """A contender ended, or was not ready in time; the text has the end of what it printed."""


class Running:
    """A contender that is ready. All methods block."""

    def __init__(self, process: subprocess.Popen[bytes], seconds_to_ready: float) -> None:
        self._process = process
        self.seconds_to_ready = seconds_to_ready

    @property
    def process_id(self) -> int:
        """The process that was started; others may be below it."""
        return self._process.pid

    def taken(self) -> Taken:
        """CPU time and memory up to now."""
        return taken_by(self._process.pid)

    def stop(self) -> None:
        """Ask it to end and wait; whatever of it is left then is killed."""
        self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextlib.contextmanager
def running(launch: Launch, command: Sequence[str], folder: Path) -> Iterator[Running]:
    """Start it by this command, which may pin it to a core, and wait until it is ready; stopped
    with the block. What it prints goes into a file in the folder. Raises StartError."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("FORMWELL_")
    }
    log = folder / "log"
    started = time.monotonic()
    with log.open("wb") as file:
        # A group of its own: Ctrl-C reaches only us, and nothing of it is left behind.
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**inherited, **launch.environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    one = Running(process, 0.0)
    try:
        while not _is_ready(launch.ready_url):
            if process.poll() is not None or time.monotonic() - started > START_SECONDS:
                raise StartError(log.read_text(errors="replace")[-2_000:].strip())
            time.sleep(_EVERY_SECONDS)
        one.seconds_to_ready = time.monotonic() - started
        yield one
    finally:
        one.stop()


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Take a redirect for the answer that it is."""


def _is_ready(url: str) -> bool:
    """Whether it answers; that it has no such page or method, too, is an answer, 503 is not."""
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(url, timeout=_ASK_WITHIN_SECONDS):
            return True
    except urllib.error.HTTPError as error:
        with error:
            return error.code < 500
    except OSError:
        return False
