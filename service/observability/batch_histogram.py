"""A histogram that takes many values at once: prometheus_client's own locks twice for each, which
made an eighth of what it cost to drain a backlog."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import inf

from prometheus_client import CollectorRegistry
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class BatchHistogram(Collector):
    """Without labels; to be used on one thread. `buckets` are the highest values of each."""

    def __init__(
        self,
        name: str,
        documentation: str,
        *,
        buckets: Sequence[float],
        registry: CollectorRegistry,
    ) -> None:
        self._name = name
        self._documentation = documentation
        self._highest = (*buckets, inf)
        self._counts = [0] * len(self._highest)
        self._sum = 0.0
        registry.register(self)

    def observe_all(self, values: Iterable[float]) -> None:
        """Count each of them."""
        highest, counts = self._highest, self._counts
        for value in values:
            counts[bisect_left(highest, value)] += 1
            self._sum += value

    def describe(self) -> Iterator[Metric]:
        """As `collect`."""
        return self.collect()

    def collect(self) -> Iterator[Metric]:
        """As prometheus_client asks for it."""
        names = map(floatToGoString, self._highest)
        buckets = list(zip(names, accumulate(self._counts), strict=True))
        yield HistogramMetricFamily(
            self._name, self._documentation, buckets=buckets, sum_value=self._sum
        )
