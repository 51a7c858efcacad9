"""What the status page of a service says."""

import json
import urllib.request
from typing import Any

from tests.system.service_process import ServiceProcess


def read_status(service: ServiceProcess) -> Any:
    """The JSON of /status. Blocks."""
    with urllib.request.urlopen(f"{service.internal_url}/status", timeout=5) as answer:  # noqa: S310
        return json.load(answer)
