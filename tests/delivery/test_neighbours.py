"""F28: one index that is ill, in whatever way, holds up no other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from service.store import Document, ItemResult, StoreRefused, StoreUnavailable
from tests.delivery.fakes import BLOCKED, BUSY, MAPPING, FakeStore
from tests.delivery.rig import Rig, make_rig, running, until
from tests.delivery.simulated_time import now, simulate

Illness = Callable[[FakeStore, str, Sequence[Document]], Awaitable[Sequence[ItemResult]]]

TIMEOUT_SECONDS = 30.0  # as of the real store


async def _hang(_: FakeStore, _index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
    await asyncio.sleep(TIMEOUT_SECONDS)
    raise StoreUnavailable("no answer in time")


async def _hang_and_keep(
    store: FakeStore, index: str, documents: Sequence[Document]
) -> Sequence[ItemResult]:
    store.keep(index, documents)
    return await _hang(store, index, documents)


async def _be_away(
    _: FakeStore, _index: str, _documents: Sequence[Document]
) -> Sequence[ItemResult]:
    raise StoreRefused("no primary shard", status=503)


async def _push_back(
    _: FakeStore, _index: str, _documents: Sequence[Document]
) -> Sequence[ItemResult]:
    raise StoreRefused("slow down", status=429, retry_after_seconds=300)


async def _be_malformed(
    _: FakeStore, _index: str, _documents: Sequence[Document]
) -> Sequence[ItemResult]:
    raise StoreRefused("malformed", status=400)


async def _say(result: ItemResult, documents: Sequence[Document]) -> Sequence[ItemResult]:
    return [result for _ in documents]


async def _break(_: FakeStore, _index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
    raise KeyError("a bug")


ILLNESSES: dict[str, Illness] = {
    "hangs": _hang,
    "hangs and keeps": _hang_and_keep,
    "is away": _be_away,
    "pushes back": _push_back,
    "refuses requests": _be_malformed,
    "blocks": lambda _store, _index, documents: _say(BLOCKED, documents),
    "is busy": lambda _store, _index, documents: _say(BUSY, documents),
    "refuses documents": lambda _store, _index, documents: _say(MAPPING, documents),
    "meets a bug": _break,
}


def _infect(store: FakeStore, ill: dict[str, Illness]) -> None:
    """From now on these indexes have these illnesses."""

    async def answer(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        if index in ill:
            return await ill[index](store, index, documents)
        return store.keep(index, documents)

    store.answer = answer


async def _slowest(rig: Rig, moments: int) -> float:
    """Put a row to the healthy index now and then; the longest that one of them took."""
    slowest = 0.0
    for _ in range(moments):
        rig.outbox.put("well")
        slowest = max(slowest, await until(lambda: rig.outbox.pending("well") == 0))
        await asyncio.sleep(7.3)
    return slowest


@pytest.mark.parametrize("illness", ILLNESSES.values(), ids=ILLNESSES.keys())
def test_rows_are_delivered_within_a_second_while_another_index_is_ill(illness: Illness) -> None:
    store = FakeStore()
    _infect(store, {"ill": illness})

    async def scenario() -> None:
        async with running(make_rig(store), drain_seconds=0) as rig:
            rig.outbox.put("ill", 500)
            assert await _slowest(rig, 30) < 1

    simulate(scenario())


@settings(max_examples=40, deadline=None)
@given(
    ill=st.lists(st.sampled_from(sorted(ILLNESSES)), max_size=6),
    rows=st.integers(1, 1_500),
    seed=st.integers(0, 1_000),
)
def test_whatever_the_other_indexes_do_a_row_of_a_healthy_one_is_delivered_soon(
    ill: list[str], rows: int, seed: int
) -> None:
    store = FakeStore()
    _infect(store, {f"ill-{at}": ILLNESSES[name] for at, name in enumerate(ill)})

    async def scenario() -> None:
        async with running(make_rig(store, seed=seed), drain_seconds=0) as rig:
            for at in range(len(ill)):
                rig.outbox.put(f"ill-{at}", rows)
            assert await _slowest(rig, 10) < 1 + 0.5 * len(ill)
            assert store.most_in_flight <= 8 + 8 + 8

    simulate(scenario())


def test_an_index_that_hangs_alone_is_held_and_goes_on_by_itself_when_it_answers() -> None:
    store = FakeStore()
    _infect(store, {"ill": _hang})

    async def scenario() -> None:
        with structlog.testing.capture_logs() as logs:
            async with running(make_rig(store)) as rig:
                rig.outbox.put("ill", 3_000)
                assert await _slowest(rig, 60) < 1
                (hold,) = rig.dispatcher.status().holds
                assert hold.index == "ill"
                assert "while the store answers others" in hold.reason
                assert not rig.dispatcher.status().circuit_open
                assert rig.outbox.dead == {}
                before = len(store.calls)
                await asyncio.sleep(600)
                probes = store.calls[before:]
                assert len(probes) <= 600 / (TIMEOUT_SECONDS + 5) + 1
                assert max(len(call.receipts) for call in probes) <= 10
                _infect(store, {})
                started_at = now()
                await until(lambda: rig.outbox.pending() == 0)
                assert now() - started_at < TIMEOUT_SECONDS + 30 + 5 + 1
                assert rig.dispatcher.status().holds == ()
        events = [line["event"] for line in logs]
        assert events == ["index_held", "index_resumed"]

    simulate(scenario())


def test_a_row_does_not_wait_for_bulks_that_were_sent_before_anybody_knew() -> None:
    store = FakeStore()
    _infect(store, {"ill": _hang})

    async def scenario() -> None:
        async with running(make_rig(store), drain_seconds=0) as rig:
            rig.outbox.put("ill", 5_000)
            await until(lambda: store.in_flight == 2)
            rig.outbox.put("well", 2)
            assert await until(lambda: rig.outbox.pending("well") == 0) < 1

    simulate(scenario())


def test_an_index_that_fails_gets_one_bulk_at_a_time() -> None:
    store = FakeStore()
    on_their_way, most = 0, 0

    async def hang(
        store: FakeStore, index: str, documents: Sequence[Document]
    ) -> Sequence[ItemResult]:
        nonlocal on_their_way, most
        on_their_way += 1
        most = max(most, on_their_way)
        try:
            return await _hang(store, index, documents)
        finally:
            on_their_way -= 1

    _infect(store, {"ill": hang})

    async def scenario() -> None:
        nonlocal most
        async with running(make_rig(store), drain_seconds=0) as rig:
            rig.outbox.put("ill", 5_000)
            await until(lambda: on_their_way == 2)
            await until(lambda: on_their_way < 2)
            most = 0
            await asyncio.sleep(100)
            assert most == 1

    simulate(scenario())


def test_an_index_that_was_idle_when_the_circuit_opened_is_tried_at_once() -> None:
    store = FakeStore()
    _infect(store, {"ill": _hang})

    async def scenario() -> None:
        async with running(make_rig(store), drain_seconds=0) as rig:
            rig.outbox.put("ill", 3_000)
            await until(lambda: rig.dispatcher.status().circuit_open)
            await until(lambda: store.in_flight == 1)
            rig.outbox.put("well", 5)
            assert await until(lambda: rig.outbox.pending("well") == 0) < 1
            assert not rig.dispatcher.status().circuit_open

    simulate(scenario())


def test_a_store_that_is_away_for_many_indexes_is_asked_as_rarely_as_for_one() -> None:
    store = FakeStore()
    indexes = [f"form-{number}" for number in range(50)]
    _infect(store, dict.fromkeys(indexes, _be_away))

    async def scenario() -> None:
        async with running(make_rig(store), drain_seconds=0) as rig:
            for index in indexes:
                rig.outbox.put(index, 20)
            await asyncio.sleep(120)
            assert rig.dispatcher.status().circuit_open
            assert rig.dispatcher.status().holds == ()
            before = len(store.calls)
            await asyncio.sleep(60)
            assert 10 <= len(store.calls) - before <= 13

    simulate(scenario())
