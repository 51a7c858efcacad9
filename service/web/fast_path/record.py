"""What is noted of an answer of the fast path: the line and the metric of any other."""

import time

from service.observability.metrics import Metrics
from service.observability.request_lines import REQUEST_LINES
from service.web.client_address import Address, network_of

_ROUTE = "/f/{form}"


class Record:
    """Notes answers to one method."""

    def __init__(self, metrics: Metrics, method: str) -> None:
        self._seconds = metrics.request_seconds.labels(_ROUTE)
        self._method = method

    def note(
        self, *, started: float, status: int, size: int, client: Address | None, identifier: str
    ) -> None:
        """An answer is ready. `started` is of `time.perf_counter`; `size` are the bytes of its
        body."""
        seconds = time.perf_counter() - started
        self._seconds.observe(seconds)
        REQUEST_LINES.write(
            method=self._method,
            route=_ROUTE,
            status=status,
            seconds=seconds,
            size=size,
            network=network_of(client),
            identifier=identifier,
        )
