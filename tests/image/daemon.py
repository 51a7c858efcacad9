"""A Docker daemon of the test's own: a private socket, no network of its own, no trace left."""

import socket as sockets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.image.polling import eventually

START_SECONDS = 60
STOP_SECONDS = 60

# Containers here share the host's network or have none, so nothing of the host's is changed.
NO_NETWORK = (
    "--bridge=none",
    "--iptables=false",
    "--ip6tables=false",
    "--ip-forward=false",
    "--ip-masq=false",
)


@contextmanager
def private_daemon(folder: Path) -> Iterator[Path]:
    """The socket of a daemon that keeps everything in `folder`, which must have a short path."""
    socket = folder / "docker.sock"
    log = folder / "dockerd.log"
    with log.open("wb") as output:
        daemon = subprocess.Popen(
            [
                "dockerd",
                f"--data-root={folder / 'data'}",
                f"--exec-root={folder / 'exec'}",
                f"--pidfile={folder / 'pid'}",
                f"--host=unix://{socket}",
                *NO_NETWORK,
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        eventually(lambda: _is_up(daemon, socket, log), START_SECONDS, "dockerd is up")
        yield socket
    finally:
        daemon.terminate()  # it stops its containers and its containerd itself
        daemon.wait(timeout=STOP_SECONDS)
        _unmount_below(folder)


def _is_up(daemon: subprocess.Popen[bytes], socket: Path, log: Path) -> bool:
    assert daemon.poll() is None, f"dockerd ended: {log.read_text()[-2_000:]}"
    with sockets.socket(sockets.AF_UNIX) as client:
        client.settimeout(10)
        try:
            client.connect(str(socket))
            client.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            return b" 200 " in client.recv(64)
        except OSError:
            return False


def _unmount_below(folder: Path) -> None:
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in sorted(mounts, reverse=True):
        if Path(mount).is_relative_to(folder):
            subprocess.run(["umount", mount], check=True, timeout=30)
