"""What a request left behind: lines in the log, and a count."""

import io
import json
from collections.abc import Mapping

from service.observability.metrics import Metrics


def lines_of(log: io.StringIO) -> list[Mapping[str, object]]:
    """Every line so far, which must be JSON."""
    return [json.loads(line) for line in log.getvalue().splitlines()]


def refused(metrics: Metrics, reason: str) -> float | None:
    """How many requests were refused for a reason; None where none ever was."""
    return metrics.registry.get_sample_value("formwell_requests_refused_total", {"reason": reason})
