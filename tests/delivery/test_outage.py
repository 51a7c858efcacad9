"""Long times in which a store does not answer or refuses everything: no row is to blame."""

import asyncio
from collections.abc import Sequence

from service.delivery.control import CONTROL
from service.store import Document, ItemResult, StoreRefused, StoreUnavailable
from tests.delivery.fakes import Answer, FakeStore
from tests.delivery.rig import Rig, make_rig, running, until
from tests.delivery.simulated_time import now, simulate

HOURS = 3_600.0
STRANGE = ItemResult(status=400, error_type="new_exception", reason="nobody listed it")
AWAY = ItemResult(status=503, error_type="unavailable_shards_exception", reason="no primary")


async def _refuse_request(_index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
    raise StoreRefused("plain HTTP sent to an HTTPS port", status=400)


def _once(store: FakeStore, result: ItemResult) -> Answer:
    """Say this of each document of one bulk; then take everything."""

    async def answer(_index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        store.answer = None
        return [result for _ in documents]

    return answer


async def _put_one_a_minute(rig: Rig, minutes: int) -> None:
    for _ in range(minutes):
        rig.outbox.put("a")
        await asyncio.sleep(60)


def test_an_outage_does_not_make_the_first_strange_refusal_the_last() -> None:
    store = FakeStore()

    async def away(_index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        return [AWAY for _ in documents]

    async def scenario() -> None:
        store.answer = away
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 5)
            await asyncio.sleep(40)
            store.answer = _once(store, STRANGE)
            await until(lambda: rig.outbox.pending() == 0)
            assert rig.outbox.dead == {}
            assert len(store.documents) == 5

    simulate(scenario())


def test_a_row_that_is_refused_for_a_strange_reason_is_asked_about_five_times() -> None:
    store = FakeStore()

    async def refuse(_index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        return [STRANGE for _ in documents]

    async def scenario() -> None:
        store.answer = refuse
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a")
            await until(lambda: rig.outbox.pending() == 0)
            assert list(rig.outbox.dead) == [1]
            assert len(store.calls) == 5

    simulate(scenario())


def test_a_store_that_refuses_every_request_as_malformed_for_hours_costs_no_documents() -> None:
    store = FakeStore(answer=_refuse_request)

    async def scenario() -> None:
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 1_000)
            await until(lambda: len(rig.dispatcher.status().holds) == 1)
            assert len(store.calls) <= 12
            await _put_one_a_minute(rig, 180)
            assert rig.outbox.dead == {}
            assert rig.outbox.pending() == 1_180
            assert store.documents == {}
            store.answer = None
            await until(lambda: rig.outbox.pending() == 0)
            assert rig.outbox.dead == {}
            assert len(store.documents) == 1_180

    simulate(scenario())


def test_a_proxy_that_refuses_everything_now_and_then_costs_no_documents() -> None:
    """It turns in the middle of batches that are being halved, in either direction."""
    store = FakeStore(seconds=0.05)

    async def scenario() -> None:
        async def sometimes(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
            if now() % 1.7 < 0.9:
                return await _refuse_request(index, documents)
            return store.keep(index, documents)

        store.answer = sometimes
        async with running(make_rig(store)) as rig:
            ends_at = now() + 2 * HOURS
            while now() < ends_at:
                rig.outbox.put("a", 40)
                await asyncio.sleep(61.3)
            store.answer = None
            await until(lambda: rig.outbox.pending() == 0)
            assert rig.outbox.dead == {}
            assert len(rig.outbox.acked) == len(store.documents) > 4_000

    simulate(scenario())


def test_a_document_refused_alone_is_set_aside_while_nothing_else_arrives() -> None:
    store = FakeStore()

    async def refuse(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        if any(document.body == b'{"odd":1}' for document in documents):
            return await _refuse_request(index, documents)
        return store.keep(index, documents)

    async def scenario() -> None:
        store.answer = refuse
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 30, body=b'{"odd":1}')
            rig.outbox.put("a", 200)
            assert await until(lambda: rig.outbox.pending() == 0) < 60
            assert sorted(rig.outbox.dead) == list(range(1, 31))
            assert len(rig.outbox.acked) == 200
            assert CONTROL.receipt not in store.documents

    simulate(scenario())


def test_waits_grow_while_only_later_is_said_and_are_short_again_afterwards() -> None:
    store = FakeStore()

    async def away(_index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        return [AWAY for _ in documents]

    async def scenario() -> None:
        store.answer = away
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a")
            await asyncio.sleep(600)
            assert 20 <= len(store.calls) <= 120
            store.answer = None
            await until(lambda: rig.outbox.pending() == 0)
            calls = len(store.calls)
            store.answer = _once(store, AWAY)
            rig.outbox.put("a")
            assert await until(lambda: rig.outbox.pending() == 0) < 1
            assert len(store.calls) == calls + 2

    simulate(scenario())


def test_a_store_without_an_answer_for_hours_costs_no_documents() -> None:
    store = FakeStore()

    async def scenario() -> None:
        async def silent(_index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
            raise StoreUnavailable("no answer")

        store.answer = silent
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 40)
            await _put_one_a_minute(rig, 180)
            store.answer = _once(store, STRANGE)
            await until(lambda: rig.outbox.pending() == 0)
            assert rig.outbox.dead == {}
            assert len(store.documents) == 220

    simulate(scenario())
