"""One batch on its way: what is sent and what is measured."""

from collections.abc import Sequence

from service.delivery.bulk import BulkSender
from service.delivery.guard import Guard
from service.observability.metrics import Metrics
from service.spool.ports import Leave
from service.store import Document, ItemResult, StoreRefused
from tests.delivery.fakes import MAPPING, FakeStore, make_row
from tests.delivery.simulated_time import now, simulate


def _sender(store: FakeStore, metrics: Metrics, *, wall_seconds: float = 1_004.0) -> BulkSender:
    return BulkSender(
        store,
        metrics,
        Guard(lambda index: Leave.USUAL),
        random=lambda: 0.5,
        clock=now,
        wall_clock=lambda: wall_seconds,
    )


def test_the_receipt_is_the_id_and_the_document_is_sent_as_it_was_stored() -> None:
    sent: list[tuple[str, Sequence[Document]]] = []

    async def note(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        sent.append((index, documents))
        return [ItemResult(status=201) for _ in documents]

    row = make_row(7, body=b'{"a":1}')
    sender = _sender(FakeStore(answer=note), Metrics())
    simulate(sender.deliver("a", [row], longest_wait=0.5))
    assert sent == [("a", [Document(receipt=row.receipt, body=b'{"a":1}')])]


def test_requests_and_documents_are_counted_and_timed() -> None:
    store, metrics = FakeStore(seconds=2), Metrics()

    async def split_once(index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        if len(documents) == 4:
            raise StoreRefused("too large", status=413)
        others = documents[1:]
        return [MAPPING, *store.keep(index, others)]

    store.answer = split_once
    rows = [make_row(seq, attempts=1) for seq in range(4)]
    report = simulate(_sender(store, metrics).deliver("a", rows, longest_wait=0.5))
    assert len(report.judgement.verdicts) == 4
    value = metrics.registry.get_sample_value
    assert value("formwell_bulk_requests_total", {"outcome": "split"}) == 1
    assert value("formwell_bulk_requests_total", {"outcome": "answered"}) == 2
    assert value("formwell_bulk_items_total", {"outcome": "created"}) == 2
    assert value("formwell_bulk_items_total", {"outcome": "dead"}) == 2
    assert value("formwell_bulk_seconds_count") == 3
    assert value("formwell_bulk_seconds_sum") == 6
    assert value("formwell_bulks_in_flight") == 0
    assert value("formwell_delivery_seconds_count") == 2
    assert value("formwell_delivery_seconds_sum") == 8


def test_a_wall_clock_that_went_back_gives_no_negative_time() -> None:
    metrics = Metrics()
    sender = _sender(FakeStore(), metrics, wall_seconds=1.0)
    simulate(sender.deliver("a", [make_row()], longest_wait=0.5))
    assert metrics.registry.get_sample_value("formwell_delivery_seconds_sum") == 0
