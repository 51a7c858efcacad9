"""What a store may do wrong, and that no row is lost or told twice by it."""

from collections.abc import Sequence

import structlog

from service.delivery.control import CONTROL
from service.store import Document, ItemResult, StoreRefused, StoreUnavailable
from tests.delivery.fakes import BLOCKED, FakeStore
from tests.delivery.rig import make_rig, running, until
from tests.delivery.simulated_time import simulate

SECRET = "a secret answer"


def test_one_bad_document_of_a_thousand_is_found_by_halving() -> None:
    store = FakeStore()

    async def scenario() -> None:
        async with running(make_rig(store)) as rig:
            receipts = rig.outbox.put("a", 1_000)
            culprit = receipts[617]

            async def refuse(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
                if any(document.receipt == culprit for document in documents):
                    raise StoreRefused("malformed", status=400, error_type="parse_exception")
                return store.keep(index, documents)

            store.answer = refuse
            await until(lambda: rig.outbox.pending() == 0)
            assert list(rig.outbox.dead) == [618]
            assert rig.outbox.dead[618].status == 400
            assert set(store.documents) == set(receipts) - {culprit}
            to_find_it = len(store.calls) - 2 * 4
            assert to_find_it <= 22
            again = [call.receipts for call in store.calls[to_find_it:]]
            assert again == [[culprit], [CONTROL.receipt]] * 4
            assert [len(verdicts) for verdicts in rig.outbox.settled] == [1_000, 1, 1, 1, 1]

    simulate(scenario())


def test_a_lone_document_that_is_too_large_is_set_aside() -> None:
    """F26: what is refused with 413 is halved until it passes."""
    store = FakeStore()

    async def limit(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        if sum(len(document.body) for document in documents) > 100:
            raise StoreRefused("too large", status=413)
        return store.keep(index, documents)

    async def scenario() -> None:
        store.answer = limit
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 8, body=b"x" * 30)
            rig.outbox.put("a", body=b"x" * 101)
            await until(lambda: rig.outbox.pending() == 0)
            assert list(rig.outbox.dead) == [9]
            assert len(store.documents) == 8

    simulate(scenario())


def test_a_wrong_number_of_results_means_nobody_knows() -> None:
    store = FakeStore()

    async def one_too_few(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        store.answer = None
        return store.keep(index, documents)[1:]

    async def scenario() -> None:
        store.answer = one_too_few
        async with running(make_rig(store)) as rig:
            rig.outbox.put("a", 10)
            await until(lambda: rig.outbox.pending() == 0)
            assert len(rig.outbox.acked) == 10
            assert [len(call.receipts) for call in store.calls] == [10, 10]

    simulate(scenario())


def test_a_bug_in_the_store_loses_nothing_and_logs_no_answer() -> None:
    store = FakeStore()

    async def bug(_index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
        raise KeyError(SECRET)

    async def scenario() -> None:
        store.answer = bug
        with structlog.testing.capture_logs() as logs:
            async with running(make_rig(store)) as rig:
                receipts = rig.outbox.put("a", 10)
                await until(lambda: rig.dispatcher.status().circuit_open)
                store.answer = None
                await until(lambda: rig.outbox.pending() == 0)
                assert set(store.documents) == set(receipts)
        (first, *_) = [line for line in logs if line["event"] == "bulk_failed_unexpectedly"]
        assert first["error"] == "KeyError"
        assert first["trace"][-1].endswith(" bug")
        assert SECRET not in str(logs)

    simulate(scenario())


def test_the_reason_of_a_dead_letter_is_stored_but_not_logged() -> None:
    store = FakeStore()
    reason = f"Preview of field's value: '{SECRET}'" + "x" * 2_000

    async def refuse(_index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        return [
            ItemResult(status=400, error_type="mapper_parsing_exception", reason=reason)
            for _ in documents
        ]

    async def scenario() -> None:
        store.answer = refuse
        with structlog.testing.capture_logs() as logs:
            async with running(make_rig(store)) as rig:
                (receipt,) = rig.outbox.put("a")
                await until(lambda: rig.outbox.pending() == 0)
                assert rig.outbox.dead[1].reason == reason[:1_000]
                assert SECRET not in str(rig.dispatcher.status())
        assert logs == [
            {
                "event": "dead_letter",
                "log_level": "warning",
                "receipt": str(receipt),
                "index": "a",
                "status": 400,
                "error_type": "mapper_parsing_exception",
            }
        ]

    simulate(scenario())


def test_the_log_says_once_that_a_circuit_or_a_hold_turned() -> None:
    store = FakeStore()

    async def away(_index: str, _documents: Sequence[Document]) -> Sequence[ItemResult]:
        raise StoreUnavailable("no connection")

    async def blocked(_index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        return [BLOCKED for _ in documents]

    async def scenario() -> None:
        with structlog.testing.capture_logs() as logs:
            async with running(make_rig(store)) as rig:
                store.answer = away
                rig.outbox.put("a", 10)
                await until(lambda: rig.dispatcher.status().circuit_open)
                store.answer = blocked
                rig.outbox.put("a")
                await until(lambda: len(store.calls) > 20)
                store.answer = None
                await until(lambda: rig.outbox.pending() == 0)
        assert [line["event"] for line in logs] == [
            "circuit_opened",
            "circuit_closed",
            "index_held",
            "index_resumed",
        ]
        assert logs[0]["reason"] == "no connection"
        assert "free some space" in logs[2]["reason"]

    simulate(scenario())
