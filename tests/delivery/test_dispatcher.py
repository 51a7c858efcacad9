"""The loop: what is claimed when, and that it comes to an end."""

import asyncio
from collections.abc import Sequence

import pytest

from service.spool.ports import Batch, Retry, SpoolBroken
from service.store import Document, ItemResult, StoreUnavailable
from tests.delivery.fakes import BUSY, IMMENSE, FakeOutbox, FakeStore
from tests.delivery.rig import make_rig, running, until
from tests.delivery.simulated_time import now, simulate


def test_everything_pending_is_delivered_once_and_in_full_bulks() -> None:
    async def scenario() -> None:
        async with running(make_rig()) as rig:
            receipts = rig.outbox.put("a", 2_500)
            await until(lambda: rig.outbox.pending() == 0)
            assert set(rig.store.documents) == set(receipts)
            assert [len(call.receipts) for call in rig.store.calls] == [1_000, 1_000, 500]
            assert rig.value("formwell_bulk_items_total", outcome="created") == 2_500
            assert rig.value("formwell_delivery_seconds_count") == 2_500

    simulate(scenario())


def test_a_bulk_holds_no_more_than_five_mebibytes() -> None:
    async def scenario() -> None:
        async with running(make_rig()) as rig:
            rig.outbox.put("a", 12, body=b"x" * 1024 * 1024)
            await until(lambda: rig.outbox.pending() == 0)
            assert [len(call.receipts) for call in rig.store.calls] == [5, 5, 2]

    simulate(scenario())


def test_documents_that_arrive_within_a_quarter_of_a_second_share_a_bulk() -> None:
    async def scenario() -> None:
        async with running(make_rig()) as rig:
            started_at = now()
            for _ in range(10):
                rig.outbox.put("a")
                await asyncio.sleep(0.02)
            await until(lambda: rig.outbox.pending() == 0)
            assert [len(call.receipts) for call in rig.store.calls] == [10]
            assert rig.store.calls[0].at - started_at == pytest.approx(0.25, abs=0.01)

    simulate(scenario())


def test_a_row_that_arrives_while_its_index_is_claimed_is_not_forgotten() -> None:
    class SlowOutbox(FakeOutbox):
        async def claim(self, index: str, *, most_rows: int, most_bytes: int) -> Batch:
            batch = await super().claim(index, most_rows=most_rows, most_bytes=most_bytes)
            if len(self.claims) == 1:
                self.put(index)
                await asyncio.sleep(0.05)
            return batch

    async def scenario() -> None:
        async with running(make_rig(outbox=SlowOutbox())) as rig:
            rig.outbox.put("a")
            assert await until(lambda: len(rig.outbox.acked) == 2) < 1

    simulate(scenario())


def test_only_the_items_that_failed_are_sent_again() -> None:
    """F20: 429 for every tenth document."""
    store = FakeStore()

    async def refuse_some(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        if len(store.calls) > 1:
            return store.keep(index, documents)
        return [
            BUSY if at % 10 == 0 else store.keep_one(index, document)
            for at, document in enumerate(documents)
        ]

    async def scenario() -> None:
        store.answer = refuse_some
        async with running(make_rig(store)) as rig:
            receipts = rig.outbox.put("a", 100)
            await until(lambda: rig.outbox.pending() == 0)
            again = [receipt for call in store.calls[1:] for receipt in call.receipts]
            assert sorted(again) == receipts[::10]
            assert len(rig.outbox.acked) == 100

    simulate(scenario())


def test_items_of_one_bulk_are_settled_in_one_call() -> None:
    store = FakeStore()

    async def mixed(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        third, *others = documents[2:]
        store.answer = None
        return [BUSY, IMMENSE, store.keep_one(index, third), *store.keep(index, others)]

    async def scenario() -> None:
        store.answer = mixed
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 10)
            await until(lambda: rig.outbox.pending() == 0)
            assert [len(verdicts) for verdicts in rig.outbox.settled] == [10, 1]

    simulate(scenario())


def test_a_batch_that_failed_as_a_whole_comes_back_and_stays_a_batch() -> None:
    store = FakeStore()

    async def fail_once(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        store.answer = None
        raise StoreUnavailable("the answer was cut off")

    async def scenario() -> None:
        store.answer = fail_once
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 500)
            await until(lambda: rig.outbox.pending() == 0)
            assert [len(call.receipts) for call in store.calls] == [500, 500]
            first, _ = rig.outbox.settled
            assert all(isinstance(verdict, Retry) for verdict in first)

    simulate(scenario())


def test_a_bulk_whose_answer_was_lost_leaves_nothing_twice() -> None:
    store = FakeStore()

    async def apply_and_fail(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        store.answer = None
        store.keep(index, documents)
        raise StoreUnavailable("no answer in time")

    async def scenario() -> None:
        store.answer = apply_and_fail
        async with running(make_rig(store)) as rig:
            receipts = rig.outbox.put("a", 50)
            await until(lambda: rig.outbox.pending() == 0)
            assert set(store.documents) == set(receipts)
            assert len(rig.outbox.acked) == 50
            assert rig.value("formwell_bulk_items_total", outcome="duplicate") == 50

    simulate(scenario())


def test_a_big_index_does_not_delay_a_small_one() -> None:
    store = FakeStore(seconds=1.0)

    async def scenario() -> None:
        async with running(make_rig(store)) as rig:
            rig.outbox.put("big", 50_000)
            await until(lambda: len(store.calls) >= 2)
            rig.outbox.put("small")
            assert await until(lambda: rig.outbox.pending("small") == 0) < 3
            assert rig.outbox.pending("big") > 0
            await until(lambda: rig.outbox.pending() == 0)

    simulate(scenario())


def test_nothing_happens_while_nothing_is_to_do() -> None:
    async def scenario() -> None:
        async with running(make_rig()) as rig:
            rig.outbox.put("a")
            await until(lambda: rig.outbox.pending() == 0)
            claims = len(rig.outbox.claims)
            await asyncio.sleep(3_600)
            assert len(rig.outbox.claims) == claims

    simulate(scenario())


def test_a_spool_that_breaks_ends_the_dispatcher() -> None:
    store = FakeStore(seconds=3_600)

    async def scenario() -> None:
        rig = make_rig(store)
        rig.outbox.put("a")
        task = asyncio.create_task(rig.dispatcher.run())
        await until(lambda: store.in_flight == 1)
        rig.outbox.broken = SpoolBroken("the disk failed")
        rig.outbox.put("b")
        with pytest.raises(SpoolBroken, match="the disk failed"):
            await task
        assert store.in_flight == 0

    simulate(scenario())
