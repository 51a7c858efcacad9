"""A dispatcher whose store refuses much of what is sent, for good."""

from collections.abc import Sequence

import structlog

from service.spool.ports import Leave
from service.store import Document, ItemResult
from tests.delivery.fakes import IMMENSE, FakeStore
from tests.delivery.rig import make_rig, running, until
from tests.delivery.simulated_time import simulate


def _refusing(store: FakeStore, one_in: int) -> FakeStore:
    """Refuses one document in so many, always the same ones."""

    async def refuse(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        return [
            IMMENSE if each.receipt.int % one_in == 0 else store.keep_one(index, each)
            for each in documents
        ]

    store.answer = refuse
    return store


def test_where_all_is_refused_almost_nothing_is_set_aside_and_mending_it_delivers_the_rest() -> (
    None
):
    store = _refusing(FakeStore(), 1)

    async def scenario() -> None:
        with structlog.testing.capture_logs() as logs:
            async with running(make_rig(store)) as rig:
                rig.outbox.put("a", 10_000)
                rig.outbox.put("b", 10)
                await until(lambda: len(rig.dispatcher.status().holds) > 0)
                (hold,) = rig.dispatcher.status().holds
                assert (hold.index, hold.paused) == ("a", True)
                assert "formwell dead-letters allow a" in hold.reason
                calls = len(store.calls)
                await until(lambda: len(store.calls) > calls + 20)
                assert all(len(call.receipts) <= 10 for call in store.calls[calls + 8 :])
                dead = len(rig.outbox.dead)
                assert dead <= 3 + 10
                store.answer = None
                assert await until(lambda: rig.outbox.pending() == 0) < 90
                assert len(rig.outbox.dead) == dead
                assert rig.value("formwell_index_held", index="a") == 0
                assert rig.dispatcher.status().holds == ()
        events = [line["event"] for line in logs if line["event"] != "dead_letter"]
        assert events == ["index_held", "index_resumed"]

    simulate(scenario())


def test_what_the_store_takes_goes_on_while_the_rest_waits() -> None:
    store = _refusing(FakeStore(), 3)

    async def scenario() -> None:
        async with running(make_rig(store)) as rig:
            receipts = rig.outbox.put("a", 9_000)
            good = {receipt for receipt in receipts if receipt.int % 3}
            assert await until(lambda: good <= set(store.documents)) < 5
            assert len(rig.outbox.dead) <= 3
            assert rig.outbox.pending() >= 2_997
            (hold,) = rig.dispatcher.status().holds
            assert not hold.paused
            rig.outbox.leave = Leave.EVERYTHING
            await until(lambda: rig.outbox.pending() == 0)
            assert len(rig.outbox.dead) == 3_000

    simulate(scenario())


def test_without_room_for_dead_letters_they_wait_and_nothing_else_does() -> None:
    store = _refusing(FakeStore(), 100)

    async def scenario() -> None:
        rig = make_rig(store)
        rig.outbox.leave = Leave.NOTHING
        async with running(rig):
            rig.outbox.put("a", 2_000)
            assert await until(lambda: len(store.documents) == 1_980) < 5
            assert rig.outbox.dead == {}
            (hold,) = rig.dispatcher.status().holds
            assert "no room for more dead letters" in hold.reason
            assert not hold.paused
            rig.outbox.leave = Leave.USUAL
            assert await until(lambda: rig.outbox.pending() == 0) < 65
            assert len(rig.outbox.dead) == 20
            rig.outbox.put("a")
            await until(lambda: rig.outbox.pending() == 0)
            assert rig.dispatcher.status().holds == ()

    simulate(scenario())
