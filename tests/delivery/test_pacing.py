"""The circuit, the window and the holds at work: how much is sent, and when."""

import asyncio
from collections.abc import Sequence

import pytest

from service.store import Document, ItemResult, StoreRefused, StoreUnavailable
from tests.delivery.fakes import BLOCKED, BUSY, FakeStore
from tests.delivery.rig import make_rig, running, until
from tests.delivery.simulated_time import now, simulate


async def _refuse_connections(_index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
    raise StoreUnavailable("no connection")


def test_bulks_in_flight_stay_within_a_limit_that_grows_to_eight() -> None:
    store = FakeStore(seconds=1.0)

    async def scenario() -> None:
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 40_000)
            await until(lambda: len(store.calls) == 2)
            await asyncio.sleep(0.5)
            assert store.in_flight == 2
            assert rig.dispatcher.status().bulks_in_flight == 2
            assert rig.value("formwell_bulks_in_flight") == 2
            await until(lambda: rig.outbox.pending() == 0)
            assert store.most_in_flight == 8
            assert rig.dispatcher.status().bulk_limit == 8

    simulate(scenario())


def test_a_store_that_is_too_busy_gets_half_as_many_bulks() -> None:
    store = FakeStore(seconds=1.0)

    async def busy(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        return [BUSY for _ in documents]

    async def scenario() -> None:
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 40_000)
            await until(lambda: rig.outbox.pending() == 0)
            store.answer = busy
            rig.outbox.put("a")
            await until(lambda: rig.dispatcher.status().bulk_limit == 4)
            store.answer = None
            await until(lambda: rig.outbox.pending() == 0)
            assert rig.dispatcher.status().bulk_limit == 5

    simulate(scenario())


def test_a_held_index_waits_alone_and_resumes_by_itself() -> None:
    store = FakeStore()
    blocked = True

    async def block_a(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        if index == "a" and blocked:
            return [BLOCKED for _ in documents]
        return store.keep(index, documents)

    async def scenario() -> None:
        nonlocal blocked
        store.answer = block_a
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 3_000)
            await until(lambda: len(rig.dispatcher.status().holds) == 1)
            rig.outbox.put("b", 100)
            assert await until(lambda: rig.outbox.pending("b") == 0) < 0.5
            before = len(store.calls)
            await asyncio.sleep(60)
            probes = [call for call in store.calls[before:] if call.index == "a"]
            assert 10 <= len(probes) <= 13
            assert max(len(call.receipts) for call in probes) <= 10
            (hold,) = rig.dispatcher.status().holds
            assert hold.index == "a"
            assert "cluster_block_exception" in hold.reason
            assert hold.held_seconds == pytest.approx(60, abs=2)
            assert rig.value("formwell_index_held", index="a") == 1
            assert rig.outbox.dead == {}
            blocked = False
            assert await until(lambda: rig.outbox.pending() == 0) < 7
            assert rig.dispatcher.status().holds == ()
            assert rig.value("formwell_index_held", index="a") == 0

    simulate(scenario())


def test_a_store_that_is_down_for_an_hour_is_asked_a_few_times_a_minute() -> None:
    store = FakeStore(answer=_refuse_connections)

    async def scenario() -> None:
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 3_000)
            rig.outbox.put("b", 3_000)
            await until(lambda: rig.dispatcher.status().circuit_open)
            assert len(store.calls) <= 6
            assert rig.value("formwell_circuit_open") == 1
            calls, claims = len(store.calls), len(rig.outbox.claims)
            await asyncio.sleep(60)
            assert 10 <= len(store.calls) - calls <= 13
            assert len(rig.outbox.claims) - claims <= 13
            assert max(len(call.receipts) for call in store.calls[calls:]) <= 10
            rig.outbox.put("c")
            await asyncio.sleep(3_600)
            status = rig.dispatcher.status()
            assert status.last_error is not None
            assert status.last_error.text == "no connection"
            assert now() - status.last_error.at / 1000 < 10
            store.answer = None
            assert await until(lambda: rig.outbox.pending("c") == 0) < 45
            await until(lambda: rig.outbox.pending() == 0)
            assert rig.value("formwell_circuit_open") == 0

    simulate(scenario())


def test_a_request_refused_with_429_waits_as_long_as_the_store_asks() -> None:
    store = FakeStore()

    async def busy(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        store.answer = None
        raise StoreRefused("slow down", status=429, retry_after_seconds=20)

    async def scenario() -> None:
        store.answer = busy
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 10)
            assert 20 <= await until(lambda: rig.outbox.pending() == 0) < 21
            assert [len(call.receipts) for call in store.calls] == [10, 10]

    simulate(scenario())
