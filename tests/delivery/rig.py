"""A dispatcher between the two fakes, in simulated time."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from service.delivery.dispatcher import Dispatcher
from service.observability.metrics import Metrics
from tests.delivery.fakes import FakeOutbox, FakeStore
from tests.delivery.simulated_time import now


@dataclass
class Rig:
    outbox: FakeOutbox
    store: FakeStore
    metrics: Metrics
    dispatcher: Dispatcher

    def value(self, name: str, **labels: str) -> float:
        """What a metric shows, 0 where it shows nothing yet."""
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


def make_rig(
    store: FakeStore | None = None, *, outbox: FakeOutbox | None = None, seed: int = 1
) -> Rig:
    """The parts, with nothing running."""
    outbox, store, metrics = outbox or FakeOutbox(), store or FakeStore(), Metrics()
    dispatcher = Dispatcher(
        outbox,
        store,
        metrics,
        random=random.Random(seed).random,
        clock=now,
        wall_clock=now,
    )
    return Rig(outbox=outbox, store=store, metrics=metrics, dispatcher=dispatcher)


@asynccontextmanager
async def running(rig: Rig, *, drain_seconds: float = 5.0) -> AsyncIterator[Rig]:
    """As the service runs it: drained at the end, and never used against the spool's contract."""
    task = asyncio.create_task(rig.dispatcher.run())
    try:
        yield rig
    finally:
        rig.dispatcher.drain(drain_seconds)
        await task
    assert rig.outbox.wrongs == []


async def until(condition: Callable[[], bool], *, seconds: float = 3_600.0) -> float:
    """Wait until something is so, at most some simulated seconds; how long it took."""
    started_at = now()
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the time is simulated, and no event tells
            await asyncio.sleep(0.01)
    return now() - started_at
