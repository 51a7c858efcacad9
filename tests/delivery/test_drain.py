"""How the dispatcher ends."""

import asyncio
from collections.abc import Sequence

from service.store import Document, ItemResult, StoreUnavailable
from tests.delivery.fakes import BLOCKED, BUSY, FakeStore
from tests.delivery.rig import make_rig, running, until
from tests.delivery.simulated_time import now, simulate


def test_draining_delivers_what_has_arrived_without_lingering() -> None:
    async def scenario() -> None:
        rig = make_rig()
        started_at = now()
        async with running(rig, drain_seconds=60):
            rig.outbox.put("a", 5_000)
            rig.outbox.put("b", 10)
            await asyncio.sleep(0.01)
        assert rig.outbox.pending() == 0
        assert now() - started_at < 0.2

    simulate(scenario())


def test_what_was_there_before_a_run_that_is_drained_at_once_is_delivered() -> None:
    async def scenario() -> None:
        rig = make_rig()
        rig.outbox.put("a", 10)
        async with running(rig, drain_seconds=60):
            pass
        assert rig.outbox.pending() == 0

    simulate(scenario())


def test_draining_waits_for_a_try_that_is_due_in_time() -> None:
    store = FakeStore()

    async def busy_once(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        store.answer = None
        return [BUSY for _ in documents]

    async def scenario() -> None:
        store.answer = busy_once
        rig = make_rig(store)
        async with running(rig, drain_seconds=5):
            rig.outbox.put("a", 10)
            await until(lambda: len(store.calls) == 1)
        assert rig.outbox.pending() == 0

    simulate(scenario())


def test_a_store_that_hangs_does_not_stop_the_deadline() -> None:
    store = FakeStore(seconds=3_600)

    async def scenario() -> None:
        rig = make_rig(store)
        async with running(rig, drain_seconds=5):
            rig.outbox.put("a", 10)
            await until(lambda: store.in_flight == 1)
            drain_at = now()
        assert 5 <= now() - drain_at < 5.1
        assert store.in_flight == 0
        assert rig.outbox.pending() == 10
        assert rig.outbox.settled == []

    simulate(scenario())


def test_what_a_cut_off_bulk_left_is_delivered_by_the_next_run() -> None:
    store = FakeStore(seconds=3_600)

    async def keep_and_hang(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        return store.keep(index, documents)

    async def scenario() -> None:
        rig = make_rig(store)
        async with running(rig, drain_seconds=1):
            receipts = rig.outbox.put("a", 10)
            await until(lambda: store.in_flight == 1)
        store.seconds = 0.01
        again = make_rig(store)
        again.outbox.put("a", 10)
        async with running(again):
            await until(lambda: again.outbox.pending() == 0)
        assert set(store.documents) == set(receipts)

    simulate(scenario())


def test_draining_ends_at_once_where_the_store_is_away() -> None:
    async def away(_index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
        raise StoreUnavailable("no connection")

    async def scenario() -> None:
        rig = make_rig(FakeStore(answer=away))
        async with running(rig, drain_seconds=600):
            rig.outbox.put("a", 10_000)
            await until(lambda: rig.dispatcher.status().circuit_open)
            await asyncio.sleep(0.1)
            drain_at = now()
        assert now() - drain_at < 0.1
        assert rig.outbox.pending() == 10_000

    simulate(scenario())


def test_draining_does_not_wait_for_a_held_index() -> None:
    store = FakeStore()

    async def block_a(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        return [BLOCKED] * len(documents) if index == "a" else store.keep(index, documents)

    async def scenario() -> None:
        store.answer = block_a
        rig = make_rig(store)
        async with running(rig, drain_seconds=600):
            rig.outbox.put("a", 10)
            await until(lambda: len(rig.dispatcher.status().holds) == 1)
            await asyncio.sleep(0.1)
            rig.outbox.put("b", 10)
            drain_at = now()
        assert now() - drain_at < 0.2
        assert rig.outbox.pending("a") == 10
        assert rig.outbox.pending("b") == 0

    simulate(scenario())


def test_a_run_can_be_cancelled_at_any_time() -> None:
    store = FakeStore(seconds=3_600)

    async def scenario() -> None:
        rig = make_rig(store)
        rig.outbox.put("a", 10)
        task = asyncio.create_task(rig.dispatcher.run())
        await until(lambda: store.in_flight == 1)
        task.cancel()
        await asyncio.wait([task], timeout=1)
        assert task.cancelled()
        assert store.in_flight == 0

    simulate(scenario())
