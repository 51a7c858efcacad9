"""How late the event loop is: what it wakes late, it also answers late."""

import asyncio

from service.observability.metrics import Metrics

EVERY_SECONDS = 0.1


async def watch_loop_lag(metrics: Metrics) -> None:
    """Ask to be woken again and again, and note how late that came; until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY_SECONDS
        await asyncio.sleep(EVERY_SECONDS)
        metrics.loop_lag.observe(max(0.0, loop.time() - due))
