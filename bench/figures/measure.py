"""Which figures there are, by the names that are asked for."""

import subprocess
from collections.abc import Callable, Collection, Iterator, Mapping

from bench.contenders import FORMWELL
from bench.cores import Cores
from bench.figures.drain import measure_drain
from bench.figures.overload import measure_overload
from bench.figures.sizes import Sizes
from bench.figures.waiting import measure_starts, measure_waiting
from bench.measurement import Figure, Skipped
from bench.running import StartError
from bench.store import StoreView
from bench.wrk import LoadError
from tests.opensearch_server import temporary_server


def _drain_everywhere(cores: Cores, sizes: Sizes) -> Iterator[Figure]:
    """Both, and the node, on all cores: how fast the machine can do it at all."""
    with cores.everything(), temporary_server() as server:
        yield from measure_drain(cores, sizes, StoreView(server.url))


MEASURED_BY: Mapping[str, Callable[[Cores, Sizes], Iterator[Figure]]] = {
    "start": measure_starts,
    "waiting": measure_waiting,
    "overload": measure_overload,
    "drain": _drain_everywhere,
}
NAMES = tuple(MEASURED_BY)


def measure_figures(
    names: Collection[str], cores: Cores, sizes: Sizes
) -> Iterator[Figure | Skipped]:
    """Those that are named. One that fails is Skipped; what was measured of it before stands."""
    for name, measure in MEASURED_BY.items():
        if name in names:
            try:
                yield from measure(cores, sizes)
            except (LoadError, StartError, OSError, subprocess.SubprocessError) as error:
                yield Skipped(row=name, contender=FORMWELL.name, reason=str(error))
