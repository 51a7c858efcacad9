"""Which figures there are, by the names that are asked for."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from bench.cores import Cores
from bench.figures.drain import measure_drain
from bench.figures.overload import measure_overload
from bench.figures.sizes import Sizes
from bench.figures.waiting import measure_starts, measure_waiting
from bench.measurement import Figure
from bench.store import StoreView
from tests.opensearch_server import temporary_server

ON_ITS_OWN_CORE: Mapping[str, Callable[[Cores, Sizes], Iterator[Figure]]] = {
    "start": measure_starts,
    "waiting": measure_waiting,
    "overload": measure_overload,
}
DRAIN = "drain"
NAMES: Sequence[str] = (*ON_ITS_OWN_CORE, DRAIN)


def measure_figures(
    names: Collection[str], cores: Cores, sizes: Sizes, say: Callable[[str], None]
) -> Sequence[Figure]:
    """Those that are named. Raises LoadError, StartError."""
    measured: list[Figure] = []
    for name, measure in ON_ITS_OWN_CORE.items():
        if name in names:
            for figure in measure(cores, sizes):
                _add(measured, figure, say)
    if DRAIN in names:
        # Both, and the node, on all cores: how fast the machine can do it at all.
        with cores.everything(), temporary_server() as server:
            for figure in measure_drain(cores, sizes, StoreView(server.url)):
                _add(measured, figure, say)
    return measured


def _add(measured: list[Figure], figure: Figure, say: Callable[[str], None]) -> None:
    measured.append(figure)
    say(f"{figure.name}, round {figure.round + 1}: {figure.value:,.2f} {figure.unit}")
