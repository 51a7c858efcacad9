"""Delivery from one spool for as long as it is held, and for what is left of the time to stop."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.delivery.dispatcher import Dispatcher
from service.observability.metrics import Metrics
from service.running.signals import Stop
from service.spool.ports import State
from service.spool.spool import Spool
from service.store import Store

CLOSING_SECONDS = 0.5  # of the time to stop, kept for closing the spool and the store
LOOK_WHETHER_EMPTY_SECONDS = 0.05


@asynccontextmanager
async def run_dispatcher(
    spool: Spool, store: Store, metrics: Metrics, stop: Stop, *, until_empty: bool = False
) -> AsyncIterator[tuple[Dispatcher, asyncio.Task[None]]]:
    """Delivery, as a task; at the end it goes on while there is time to stop, or until hurried.

    Then it ends when nothing can be delivered at the moment; with `until_empty` it waits, too, for
    a store that may come back.
    """
    dispatcher = Dispatcher(spool, store, metrics)
    task = asyncio.create_task(dispatcher.run(), name="dispatcher")
    try:
        yield dispatcher, task
    finally:
        if not task.done():
            hurry = asyncio.create_task(stop.hurry.wait())
            deadline = time.monotonic() + max(0.0, stop.remaining_seconds() - CLOSING_SECONDS)
            if until_empty:
                await _until_empty(spool, {task, hurry}, deadline)
            else:
                dispatcher.drain(deadline - time.monotonic())
                await asyncio.wait({task, hurry}, return_when=asyncio.FIRST_COMPLETED)
            hurry.cancel()
            task.cancel()
        await asyncio.wait({task})


async def _until_empty(
    spool: Spool, ends: set[asyncio.Task[None] | asyncio.Task[bool]], deadline: float
) -> None:
    """Return when no row waits for delivery, one of these tasks ends, or the time is up."""
    while spool.totals[State.PENDING].rows and (left := deadline - time.monotonic()) > 0:
        look_in = min(left, LOOK_WHETHER_EMPTY_SECONDS)
        done, _ = await asyncio.wait(ends, timeout=look_in, return_when=asyncio.FIRST_COMPLETED)
        if done:
            return
