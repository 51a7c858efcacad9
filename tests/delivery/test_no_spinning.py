"""Delivery sleeps until something happens or is due, and no wall clock wakes it or keeps it asleep.

Its own clock is looked at whenever it wakes, so how often that is done says how often it wakes.
"""

import asyncio
import random
from collections.abc import Callable, Sequence

import pytest

from service.delivery.dispatcher import Dispatcher
from service.observability.metrics import Metrics
from service.store import Document, ItemResult, StoreRefused, StoreUnavailable
from tests.delivery.fakes import BLOCKED, BUSY, Answer, FakeOutbox, FakeStore
from tests.delivery.rig import Rig, running, until
from tests.delivery.simulated_time import now, simulate

MINUTES = 10
MOST_LOOKS_A_SECOND = 4.0
ROWS = 3_000


class CountingClock:
    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> float:
        self.looks += 1
        return now()


def _rig(
    store: FakeStore, clock: Callable[[], float] = now, wall_clock: Callable[[], float] = now
) -> Rig:
    outbox, metrics = FakeOutbox(), Metrics()
    dispatcher = Dispatcher(
        outbox,
        store,
        metrics,
        random=random.Random(1).random,
        clock=clock,
        wall_clock=wall_clock,
    )
    return Rig(outbox=outbox, store=store, metrics=metrics, dispatcher=dispatcher)


async def _refuse(_index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
    raise StoreUnavailable("no connection")


async def _hang(_index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
    await asyncio.sleep(30)
    raise StoreUnavailable("no answer in time")


async def _ask_for_patience(_index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
    raise StoreRefused("slow down", status=429, retry_after_seconds=60)


async def _block(_index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
    return [BLOCKED for _ in documents]


async def _be_busy(_index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
    return [BUSY for _ in documents]


STATES: dict[str, Answer | None] = {
    "nothing waits": None,
    "the index is held": _block,
    "the circuit is open": _refuse,
    "the store hangs": _hang,
    "the store asks for patience": _ask_for_patience,
}


@pytest.mark.parametrize("answer", STATES.values(), ids=STATES.keys())
def test_it_wakes_a_few_times_a_second_at_most_while_nothing_can_be_delivered(
    answer: Answer | None,
) -> None:
    store, clock = FakeStore(answer=answer), CountingClock()

    async def scenario() -> None:
        async with running(_rig(store, clock), drain_seconds=0) as rig:
            rig.outbox.put("a", ROWS)
            rig.outbox.put("b", ROWS)
            await asyncio.sleep(60)
            clock.looks = 0
            await asyncio.sleep(MINUTES * 60)
            assert clock.looks <= MINUTES * 60 * MOST_LOOKS_A_SECOND
            if answer is None:
                assert clock.looks == 0

    simulate(scenario())


def test_rows_that_wait_for_their_next_try_wake_it_no_more_often_than_they_may_share_a_bulk() -> (
    None
):
    store, clock = FakeStore(answer=_be_busy), CountingClock()

    async def scenario() -> None:
        async with running(_rig(store, clock), drain_seconds=0) as rig:
            rig.outbox.put("a", 200)
            await asyncio.sleep(60)
            calls, clock.looks = len(store.calls), 0
            await asyncio.sleep(60)
            assert len(store.calls) - calls <= 60 / 0.25
            assert clock.looks <= 60 / 0.25 * 12

    simulate(scenario())


@pytest.mark.parametrize("jump", [-1e9, 1e9, 3_600.0])
def test_a_wall_clock_that_jumps_changes_nothing_about_what_is_sent_when(jump: float) -> None:
    """F36: only the monotonic clock decides; the wall clock is only shown."""

    def calls_with(wall_clock: Callable[[], float]) -> list[tuple[float, int]]:
        store = FakeStore()

        async def away_for_a_while(index: str, documents: Sequence[Document]) -> list[ItemResult]:
            if now() < 1_100:
                raise StoreUnavailable("no connection")
            if now() < 1_200:
                return [BLOCKED for _ in documents]
            return store.keep(index, documents)

        async def scenario() -> None:
            store.answer = away_for_a_while
            async with running(_rig(store, now, wall_clock)) as rig:
                rig.outbox.put("a", 50)
                await until(lambda: rig.outbox.pending() == 0)

        simulate(scenario())
        return [(call.at, len(call.receipts)) for call in store.calls]

    looks = iter(range(10**9))
    assert calls_with(lambda: now() + (jump if next(looks) % 2 else 0.0)) == calls_with(now)
