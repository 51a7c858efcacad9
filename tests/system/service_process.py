"""The service as somebody else's process: started, asked, killed, stopped and started again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.system.ports import free_port

START_SECONDS = 30.0
EXIT_SECONDS = 30.0

_COMMAND = (sys.executable, "-m", "service", "serve")


class ServiceProcess:
    """One service with its data and its log in `folder`, on two ports of its own.

    Can be started again on the same data and ports after it ended. All methods block. `settings`
    are variables without their prefix, and may be changed between two starts.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        *,
        command: Sequence[str] = _COMMAND,
        working_folder: Path | None = None,
    ) -> None:
        self._command = command
        self._working_folder = working_folder or folder
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "service.log"
        public, internal = free_port(), free_port()
        self.url = f"http://127.0.0.1:{public}"
        self.internal_url = f"http://127.0.0.1:{internal}"
        self.settings = {
            "DATA_DIR": str(folder / "data"),
            "PUBLIC_BIND": f"127.0.0.1:{public}",
            "INTERNAL_BIND": f"127.0.0.1:{internal}",
            **settings,
        }

    def start(self) -> None:
        """Start it, and return once it is ready. Raises RuntimeError with the end of its log."""
        process = self.spawn()
        deadline = time.monotonic() + START_SECONDS
        while self.readiness() != 200:
            if process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise RuntimeError(f"the service did not get ready:\n{self.log_text()[-3_000:]}")
            time.sleep(0.02)

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start it without waiting for anything; what it prints goes to the end of the log."""
        if self._process is not None:
            raise RuntimeError("it runs already")
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches only the tests, and they end it in good order.
            self._process = subprocess.Popen(
                self._command,
                cwd=self._working_folder,
                env=environment(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self._process

    @property
    def process_id(self) -> int:
        """The process that runs now."""
        return self._running().pid

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, and do not wait."""
        self._running().send_signal(number)

    def wait(self) -> int:
        """Its exit code; negative for a signal. Raises subprocess.TimeoutExpired."""
        code = self._running().wait(EXIT_SECONDS)
        self._process = None
        return code

    def kill(self) -> None:
        """End it by SIGKILL, as a crash would; it must have been running until then."""
        self.signal(signal.SIGKILL)
        code = self.wait()
        if code != -signal.SIGKILL:
            raise RuntimeError(f"it had ended by itself before, with {code}:\n{self.log_text()}")

    def terminate(self) -> int:
        """Ask it to end by SIGTERM; its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def end(self) -> None:
        """End it, however it stands. Does nothing when it does not run."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def readiness(self) -> int | None:
        """The status of /readyz; None without an answer."""
        try:
            with urllib.request.urlopen(f"{self.internal_url}/readyz", timeout=5) as answer:
                status: int = answer.status
                return status
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return None

    def log_text(self) -> str:
        """Everything it printed, over all its starts."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("it does not run")
        return self._process


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """These settings, and none that the person who runs the tests may have set."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("FORMWELL_")
    }
    return {**inherited, **{f"FORMWELL_{name}": value for name, value in settings.items()}}


@contextlib.contextmanager
def running_service(
    folder: Path,
    settings: Mapping[str, str],
    *,
    command: Sequence[str] = _COMMAND,
    working_folder: Path | None = None,
) -> Iterator[ServiceProcess]:
    """A started service that is ended at the latest with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    service = ServiceProcess(folder, settings, command=command, working_folder=working_folder)
    try:
        service.start()
        yield service
    finally:
        service.end()
