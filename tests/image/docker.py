"""A Docker to build and run with: the machine's own where one answers, else a private one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.image.base import LOCAL_BASE, make_base
from tests.image.daemon import private_daemon

PACKAGES = {"dockerd": "docker.io", "mmdebstrap": "mmdebstrap"}
DEBIANS_CLIENT = "/usr/bin/docker"  # another client may come first in PATH
INSTALL_SECONDS = 300


class NoDockerError(Exception):
    """There is no Docker here and none can be had; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Docker:
    """A Docker that answers. `build_options` is what a build needs beside the Dockerfile."""

    client: tuple[str, ...]
    build_options: tuple[str, ...] = ()

    def run(self, *arguments: str, seconds: float = 60, stdin: bytes | None = None) -> str:
        """What a command prints, stripped; raises AssertionError with its complaint."""
        done = subprocess.run(
            [*self.client, *arguments],
            input=stdin,
            capture_output=True,
            timeout=seconds,
            env={**os.environ, "DOCKER_BUILDKIT": "1"},
        )
        complaint = done.stderr.decode(errors="replace")
        assert done.returncode == 0, (
            f"docker {arguments[0]} ended with {done.returncode}: {complaint}"
        )
        return done.stdout.decode().strip()


@contextmanager
def some_docker(folder: Path) -> Iterator[Docker]:
    """A Docker for as long as the block lasts; `folder` is for a private one.

    Raises NoDockerError.
    """
    if _answers("docker"):
        yield Docker(client=("docker",))
        return
    _install_what_is_missing()
    with private_daemon(folder) as socket:
        docker = Docker(
            client=(DEBIANS_CLIENT, "--host", f"unix://{socket}"),
            build_options=("--network", "host", "--build-arg", f"BASE={LOCAL_BASE}"),
        )
        tar = folder / "base.tar"
        make_base(tar)
        docker.run("import", str(tar), LOCAL_BASE, seconds=120)
        tar.unlink()
        yield docker


def _answers(*client: str) -> bool:
    if shutil.which(client[0]) is None:
        return False
    return subprocess.run([*client, "info"], capture_output=True, timeout=30).returncode == 0


def _install_what_is_missing() -> None:
    missing = [package for program, package in PACKAGES.items() if not shutil.which(program)]
    if os.geteuid() != 0:
        raise NoDockerError("no Docker answers, and only root can start a private one")
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise NoDockerError(f"no Docker answers, and without apt-get {missing} cannot be installed")
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
        done = subprocess.run(
            ["apt-get", "--quiet", *arguments],
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode != 0:
            raise NoDockerError(f"apt-get {arguments[0]} failed: {done.stderr.strip()[-500:]}")
