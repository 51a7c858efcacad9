"""What the status page of a service says."""

import asyncio
import json
import urllib.request
from typing import Any

from tests.system.polling import until
from tests.system.service_process import ServiceProcess

SETTLED_WITHIN_SECONDS = 30.0


def read_status(service: ServiceProcess) -> Any:
    """The JSON of /status. Blocks."""
    with urllib.request.urlopen(f"{service.internal_url}/status", timeout=5) as answer:
        return json.load(answer)


async def row_counts(service: ServiceProcess) -> tuple[int, int, int]:
    """How many rows wait, are delivered, are set aside."""
    spool = (await asyncio.to_thread(read_status, service))["spool"]
    pending, delivered, dead = (spool[state]["rows"] for state in ("pending", "delivered", "dead"))
    return pending, delivered, dead


async def until_settled(service: ServiceProcess, *, rows: int) -> None:
    """Wait until this many are delivered, and nothing waits or was set aside."""

    async def settled() -> bool:
        return await row_counts(service) == (0, rows, 0)

    await until(settled, within_seconds=SETTLED_WITHIN_SECONDS, hoping_for=f"{rows} rows delivered")
