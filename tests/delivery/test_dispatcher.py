"""The loop: what is claimed when, and that it comes to an end."""

import asyncio
from collections.abc import Sequence

import pytest

from service.spool.ports import Batch, Retry, SpoolBroken
from service.store import Document, ItemResult, StoreRefused, StoreUnavailable
from tests.delivery.fakes import BLOCKED, BUSY, MAPPING, FakeOutbox, FakeStore
from tests.delivery.rig import make_rig, running, until
from tests.delivery.simulated_time import now, simulate


async def _refuse_connections(_index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
    raise StoreUnavailable("no connection")


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
        return [BUSY, MAPPING, store.keep_one(index, third), *store.keep(index, others)]

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


def test_nothing_happens_while_nothing_is_to_do() -> None:
    async def scenario() -> None:
        async with running(make_rig()) as rig:
            rig.outbox.put("a")
            await until(lambda: rig.outbox.pending() == 0)
            claims = len(rig.outbox.claims)
            await asyncio.sleep(3_600)
            assert len(rig.outbox.claims) == claims

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
