"""A store that refuses some of it, or all of it for a while: what is sent again, and how often."""

import asyncio
from collections.abc import Sequence

from service.store import Document, ItemResult, StoreRefused
from tests.delivery.fakes import IMMENSE, FakeStore
from tests.delivery.rig import Rig, make_rig, running, until
from tests.delivery.simulated_time import now, simulate

BEFORE_SECONDS = 20.0
BUSY_SECONDS = 60.0


def test_one_refused_document_of_a_hundred_is_set_aside_with_the_reason_and_no_other() -> None:
    """F18: the answer as a whole says 200, and errors."""
    store = FakeStore()

    async def scenario() -> None:
        async with running(make_rig(store)) as rig:
            receipts = rig.outbox.put("a", 100)
            culprit = receipts[41]

            async def refuse_one(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
                return [
                    IMMENSE if each.receipt == culprit else store.keep_one(index, each)
                    for each in documents
                ]

            store.answer = refuse_one
            await until(lambda: rig.outbox.pending() == 0)
            assert set(store.documents) == set(receipts) - {culprit}
            assert len(rig.outbox.acked) == 99
            (letter,) = rig.outbox.dead.values()
            assert (letter.status, letter.error_type, letter.reason) == (
                IMMENSE.status,
                IMMENSE.error_type,
                IMMENSE.reason,
            )

    simulate(scenario())


def test_a_store_that_wants_less_is_asked_far_less_often_and_nothing_is_set_aside() -> None:
    """F19: 429 for whole requests, for a minute."""
    store = FakeStore()

    async def busy(_index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
        raise StoreRefused("slow down", status=429)

    async def scenario() -> None:
        async with running(make_rig(store)) as rig:
            since = now()
            await _arrive_for(rig, BEFORE_SECONDS)
            usual = _requests_a_second(store, since=since)
            store.answer = busy
            since = now()
            await _arrive_for(rig, BUSY_SECONDS)
            assert _requests_a_second(store, since=since) <= usual / 5
            store.answer = None
            await until(lambda: rig.outbox.pending() == 0)
            assert rig.outbox.dead == {}
            assert len(rig.outbox.acked) == (BEFORE_SECONDS + BUSY_SECONDS) * 10

    simulate(scenario())


async def _arrive_for(rig: Rig, seconds: float) -> None:
    """Ten rows a second."""
    for _ in range(round(seconds * 10)):
        rig.outbox.put("a")
        await asyncio.sleep(0.1)


def _requests_a_second(store: FakeStore, *, since: float) -> float:
    times = [call.at for call in store.calls if call.at >= since]
    return len(times) / (now() - since)
