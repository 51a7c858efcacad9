"""The start to ready and the peak of memory: with an empty spool, and while very many rows wait."""

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.cores import Cores
from bench.figures.sizes import Sizes
from bench.figures.starts import fill, formwell
from bench.measurement import Figure
from bench.store import pending
from bench.wrk import Kind, send
from tests.system.ports import closed_url

LOAD_SECONDS = 5.0
_MIB = 1024**2


def measure_starts(cores: Cores, sizes: Sizes) -> Iterator[Figure]:
    """Seconds from the start of the process to ready, with nothing in the spool."""
    with tempfile.TemporaryDirectory(prefix="formwell-bench-") as folder:
        for number in range(sizes.rounds):
            place = Path(folder) / str(number)
            with formwell(place, cores, store_url="null:", index="bench") as started:
                yield Figure(
                    name="start.empty",
                    round=number,
                    value=started.server.seconds_to_ready,
                    unit="s",
                )


def measure_waiting(cores: Cores, sizes: Sizes) -> Iterator[Figure]:
    """The same with very many rows and a store that is away; and the peak of memory once there was
    some load beside them. Every round adds what it sends."""
    index = f"bench-{secrets.token_hex(6)}"
    with tempfile.TemporaryDirectory(prefix="formwell-bench-") as folder:
        place = Path(folder)
        fill(place, sizes.waiting_rows, index)
        for number in range(sizes.rounds):
            with formwell(place, cores, store_url=closed_url(), index=index) as started:
                yield Figure(
                    name="start.waiting",
                    round=number,
                    value=started.server.seconds_to_ready,
                    unit="s",
                )
                send(started.url, Kind.SUBMIT, connections=64, seconds=LOAD_SECONDS)
                rows = pending(started.internal_url)
                peak = started.server.taken().peak_bytes
            yield Figure(name="waiting.rows", round=number, value=rows, unit="rows")
            yield Figure(name="waiting.memory", round=number, value=peak / _MIB, unit="MiB")
