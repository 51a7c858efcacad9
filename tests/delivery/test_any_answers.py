"""Any sequence of a store's answers: every row ends, once."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from service.store import Document, ItemResult, StoreRefused, StoreUnavailable
from tests.delivery.fakes import BLOCKED, BUSY, MAPPING, FakeStore
from tests.delivery.rig import make_rig, running, until
from tests.delivery.simulated_time import simulate

_RESULTS = st.sampled_from(
    [
        BLOCKED,
        BUSY,
        MAPPING,
        ItemResult(status=400, error_type="new_exception"),
        ItemResult(status=409, error_type="other_conflict"),
        ItemResult(status=503, error_type="unavailable_shards_exception"),
    ]
)
_REFUSALS = st.builds(
    lambda status, wait: StoreRefused("refused", status=status, retry_after_seconds=wait),
    st.sampled_from([400, 401, 403, 404, 405, 413, 429, 500, 503, 507]),
    st.sampled_from([None, 2.0, -1.0, float("nan"), float("inf")]),
)
_FAULTS = st.one_of(
    st.tuples(st.just("items"), st.lists(st.none() | _RESULTS, min_size=1, max_size=7)),
    st.tuples(st.just("raise"), _REFUSALS),
    st.tuples(st.just("raise"), st.builds(StoreUnavailable, st.just("no answer"))),
    st.tuples(st.just("raise"), st.builds(RuntimeError, st.just("a bug"))),
    st.tuples(st.just("raise after"), st.builds(StoreUnavailable, st.just("cut off"))),
    st.tuples(st.just("count"), st.integers(-2, 2)),
)


@settings(max_examples=200, deadline=None)
@given(
    faults=st.lists(_FAULTS, max_size=40),
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=4),
    seed=st.integers(0, 1_000),
)
def test_whatever_a_store_does_each_row_is_delivered_or_set_aside_once(
    faults: list[tuple[str, object]], sizes: list[int], seed: int
) -> None:
    store = FakeStore()
    script = iter(faults)

    async def misbehave(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        kind, what = next(script, ("count", 0))
        if kind == "items":
            assert isinstance(what, list)
            return [
                what[at % len(what)] or store.keep_one(index, document)
                for at, document in enumerate(documents)
            ]
        if kind == "raise":
            assert isinstance(what, Exception)
            raise what
        results = store.keep(index, documents)
        if kind == "raise after":
            assert isinstance(what, Exception)
            raise what
        assert isinstance(what, int)
        return results[:what] if what < 0 else results + results[:what]

    async def scenario() -> None:
        store.answer = misbehave
        async with running(make_rig(store, seed=seed)) as rig:
            receipts = [
                receipt
                for number, size in enumerate(sizes)
                for receipt in rig.outbox.put(f"index-{number % 3}", size)
            ]
            await until(lambda: rig.outbox.pending() == 0, seconds=100_000)
            outbox = rig.outbox
            assert len(outbox.acked) == len(set(outbox.acked))
            assert sorted([*outbox.acked, *outbox.dead]) == list(range(1, len(receipts) + 1))
            assert {receipts[seq - 1] for seq in outbox.acked} <= set(store.documents)
            assert rig.dispatcher.status().holds == ()
            assert store.most_in_flight <= 8

    simulate(scenario())
