"""Samples the service under the load of a row, and shows its steps:
`python -m bench.profile [KIND] [--connections 64] [--seconds 10]`."""

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import click

from bench.contenders import FORM_PATH, FORMWELL, NULL_STORE, Place
from bench.cores import divide, leave_the_server_alone
from bench.profile.steps import as_text, parse_stacks, steps, waits
from bench.running import running
from bench.store import metrics_of
from bench.wrk import Counted, Kind, LoadError, require_wrk, send
from tests.system.ports import free_port

SAMPLES_PER_SECOND = 500
WARM_UP_SECONDS = 2.0
SPARE_SECONDS = 20.0
_SAMPLER = Path(sys.executable).with_name("py-spy")


@click.command()
@click.argument("kind", type=click.Choice([str(kind) for kind in Kind]), default="submit")
@click.option("--connections", default=64, show_default=True)
@click.option("--seconds", default=10.0, show_default=True)
@click.option("--functions", default=3, show_default=True, help="How many to show of each step.")
def main(kind: str, connections: int, seconds: float, functions: int) -> None:
    """Show where the time of a request goes. Needs leave to look into processes: be root, or set
    kernel.yama.ptrace_scope to 0."""
    cores = divide()
    leave_the_server_alone(cores)
    try:
        require_wrk()
        with tempfile.TemporaryDirectory(prefix="formwell-profile-") as folder:
            place = Place(
                folder=Path(folder),
                port=free_port(),
                internal_port=free_port(),
                store_url=NULL_STORE,
                index="profile",
            )
            launch = FORMWELL.launch(place)
            url = f"http://127.0.0.1:{place.port}{FORM_PATH}"
            with running(launch, cores.pinned(launch.command), place.folder) as server:
                load = Load(url, Kind(kind), connections)
                load.send(WARM_UP_SECONDS)
                # Once without being watched, because the watching takes time too.
                before = server.taken().cpu_seconds
                counted = load.send(seconds)
                after = server.taken().cpu_seconds
                text = _sample_under_load(server.process_id, load, seconds, place.folder)
                metrics = metrics_of(f"http://127.0.0.1:{place.internal_port}")
    except LoadError as error:
        raise click.ClickException(str(error)) from error
    microseconds = (after - before) / counted.requests * 1e6
    found = steps(parse_stacks(text))
    click.echo(
        f"{kind}, {connections} connections: {counted.per_second:,.0f}/s, p50 "
        f"{counted.p50_ms:.1f} ms, p99 {counted.p99_ms:.1f} ms, {microseconds:.0f} µs of CPU each\n"
    )
    click.echo(as_text(found, microseconds=microseconds, functions=functions))
    click.echo(f"\n{waits(metrics)}")


class Load:
    """The same requests, again and again."""

    def __init__(self, url: str, kind: Kind, connections: int) -> None:
        self._url = url
        self._kind = kind
        self._connections = connections

    def send(self, seconds: float) -> Counted:
        """Send for some time. Raises LoadError."""
        return send(self._url, self._kind, connections=self._connections, seconds=seconds)


def _sample_under_load(process_id: int, load: Load, seconds: float, folder: Path) -> str:
    file = folder / "stacks"
    command = (
        *(str(_SAMPLER), "record", "--pid", str(process_id), "--threads", "--nonblocking"),
        *("--duration", f"{seconds:.0f}", "--rate", str(SAMPLES_PER_SECOND)),
        *("--format", "raw", "--output", str(file)),
    )
    sending = threading.Thread(target=load.send, args=(seconds + 2.0,))
    sending.start()
    try:
        sampled = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds + SPARE_SECONDS, check=False
        )
    finally:
        sending.join()
    if sampled.returncode != 0 or not file.exists():
        raise LoadError(f"py-spy could not look into the service: {sampled.stderr}")
    return file.read_text()


if __name__ == "__main__":
    main()
