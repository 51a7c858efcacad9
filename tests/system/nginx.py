"""A real nginx with the configuration that deploy/nginx recommends, on ports of a test's own."""

import contextlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.system.ports import free_port

_RECOMMENDED = Path(__file__).parents[2] / "deploy" / "nginx" / "formwell.conf"
_START_SECONDS = 10.0

# What a distribution's own nginx.conf has around the included file.
_MAIN = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{recommended}
}}
"""


def find_nginx() -> str:
    """The path of nginx; skips the test where there is none."""
    path = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        pytest.skip("nginx is not installed")
    return path


@contextlib.contextmanager
def running_nginx(folder: Path, instances: Sequence[str]) -> Iterator[str]:
    """An nginx before these instances (two); its own address. Ends with the block."""
    program = find_nginx()
    folder.mkdir(parents=True)
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _MAIN.format(
            user="user root;" if os.geteuid() == 0 else "",
            folder=folder,
            recommended=_with_ports(port, instances),
        )
    )
    with (folder / "error.log").open("wb") as log:
        process = subprocess.Popen(
            (program, "-p", str(folder), "-e", "stderr", "-c", str(configuration)),
            stdin=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_until_there(process, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _with_ports(port: int, instances: Sequence[str]) -> str:
    text = _RECOMMENDED.read_text()
    text, listens = re.subn(r"listen 8080;", f"listen 127.0.0.1:{port};", text)
    addresses = iter(urlsplit(url).netloc for url in instances)
    text, servers = re.subn(
        r"server 127\.0\.0\.1:808[12] ", lambda _: f"server {next(addresses)} ", text
    )
    assert (listens, servers) == (1, len(instances)), "the recommended file has another shape"
    return text


def _wait_until_there(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    pid = folder / "nginx.pid"
    while not (pid.exists() and pid.read_text().strip()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"nginx did not start:\n{(folder / 'error.log').read_text()}")
        time.sleep(0.02)
