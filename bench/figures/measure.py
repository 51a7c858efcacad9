"""Which figures there are, by the names that are asked for."""

import subprocess
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from bench.cores import Cores
from bench.figures.drain import measure_drain
from bench.figures.overload import measure_overload
from bench.figures.sizes import Sizes
from bench.figures.waiting import measure_starts, measure_waiting
from bench.measurement import Figure
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
    names: Collection[str], cores: Cores, sizes: Sizes, say: Callable[[str], None]
) -> Sequence[Figure]:
    """Those that are named. Of one that fails, what was measured before is kept."""
    measured: list[Figure] = []
    for name, measure in MEASURED_BY.items():
        if name in names:
            try:
                for figure in measure(cores, sizes):
                    measured.append(figure)
                    say(
                        f"{figure.name}, round {figure.round + 1}: "
                        f"{figure.value:,.2f} {figure.unit}"
                    )
            except (LoadError, StartError, OSError, subprocess.SubprocessError) as error:
                say(f"{name} could not be measured: {error}")
    return measured
