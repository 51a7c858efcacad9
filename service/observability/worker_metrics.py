"""What the supervisor of several workers counts itself; all else is counted by the workers."""

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.exposition import generate_latest


class WorkerMetrics:
    """The metrics of one supervisor, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.up = Gauge(
            "formwell_worker_up",
            "1 for a worker whose process runs and answers, else 0.",
            ["worker"],
            registry=self.registry,
        )
        self.restarts = Counter(
            "formwell_worker_restarts",
            "How often a worker ended by itself and was started again.",
            ["worker"],
            registry=self.registry,
        )

    def page(self) -> str:
        """All of them in Prometheus' text format."""
        return generate_latest(self.registry).decode()
