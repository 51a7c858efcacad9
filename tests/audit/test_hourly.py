"""The audit that the service makes by itself: its metric, its words, and that it never harms."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from service.audit.hourly import HourlyAudit
from service.null_store import NullStore
from service.observability.metrics import Metrics
from service.running.status import Parts, report_delivery, report_status
from service.settings import Settings
from service.spool.limits import Limits
from service.spool.ports import Ack
from service.spool.receipts import ReceiptReader
from service.spool.spool import Spool, open_spool
from service.store import StoreError, StoreRefused, StoreUnavailable
from tests.spool.submissions import submission
from tests.system.polling import until


class KeepingStore(NullStore):
    """Has what it is given; raises `trouble` where there is one."""

    def __init__(self) -> None:
        self.documents: dict[UUID, Mapping[str, object]] = {}
        self.trouble: StoreError | None = None
        self.asked = 0

    async def fetch_many(
        self, index: str, receipts: Sequence[UUID]
    ) -> Mapping[UUID, Mapping[str, object]]:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        return {
            receipt: self.documents[receipt] for receipt in receipts if receipt in self.documents
        }


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    async with open_spool(tmp_path / "spool.db", Metrics(), Limits()) as opened:
        yield opened


async def deliver(spool: Spool, store: KeepingStore, number: int) -> None:
    """This many to the store, and to the book."""
    for each in range(number):
        await spool.put(submission(f"SECRET {each}", key=f"key-{each}"))
    rows = (await spool.claim("quiz-answers", most_rows=number, most_bytes=1 << 20)).rows
    store.documents |= {row.receipt: json.loads(row.document) for row in rows}
    await spool.settle([Ack(seq=row.seq) for row in rows])


def make_audit(path: Path, store: KeepingStore, metrics: Metrics) -> HourlyAudit:
    """One that looks again and again."""
    return HourlyAudit(
        ReceiptReader(path / "spool.db"),
        store,
        metrics,
        first_after_seconds=0,
        every_seconds=0.01,
        pause_seconds=0,
    )


def receipts(metrics: Metrics, condition: str) -> float | None:
    return metrics.registry.get_sample_value("formwell_audit_receipts", {"condition": condition})


async def test_the_metric_and_the_status_page_carry_the_last_result(
    spool: Spool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store, metrics = KeepingStore(), Metrics()
    await deliver(spool, store, 3)
    audit = make_audit(tmp_path, store, metrics)
    assert receipts(metrics, "present") is None
    first = next(iter(store.documents))
    store.documents[first] = {**store.documents[first], "essay": "other"}

    await audit.run_once()

    assert (receipts(metrics, "present"), receipts(metrics, "changed")) == (2, 1)
    finished = metrics.registry.get_sample_value("formwell_audit_finished_timestamp_seconds")
    assert finished is not None
    assert audit.last is not None
    assert finished == audit.last.at / 1000
    for report in (
        await report_status(Settings(), {}, Parts(audit=audit)),
        await report_delivery(Settings(), Parts(audit=audit)),
    ):
        shown = report["audit"]
        assert isinstance(shown, dict)
        assert (shown["last"]["changed"], shown["failure"]) == (1, None)
    assert "audit_found_differences" in caplog.text
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (StoreUnavailable("the store did not answer in time"), "did not answer in time"),
        (StoreRefused("no [SECRET]", status=403, error_type="security_exception"), "403 security"),
    ],
)
async def test_where_the_store_cannot_be_asked_the_last_result_stands(
    spool: Spool,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    trouble: StoreError,
    words: str,
) -> None:
    store, metrics = KeepingStore(), Metrics()
    await deliver(spool, store, 3)
    audit = make_audit(tmp_path, store, metrics)
    await audit.run_once()
    store.trouble = trouble

    await audit.run_once()
    await audit.run_once()

    assert receipts(metrics, "present") == 3
    assert audit.failure is not None
    assert words in audit.failure
    assert "SECRET" not in audit.failure
    failed = metrics.registry.get_sample_value("formwell_audits_total", {"outcome": "failed"})
    assert failed == 2
    assert caplog.text.count("audit_failed") == 1

    store.trouble = None
    await audit.run_once()
    assert audit.failure is None


async def test_it_goes_on_by_itself_after_a_failure(spool: Spool, tmp_path: Path) -> None:
    store, metrics = KeepingStore(), Metrics()
    await deliver(spool, store, 1)
    store.trouble = StoreUnavailable("away")
    audit = make_audit(tmp_path, store, metrics)
    task = asyncio.create_task(audit.run_for_ever())

    async def failed() -> bool:
        return audit.failure is not None

    async def finished() -> bool:
        return audit.last is not None and store.asked > 3

    await until(failed, within_seconds=10, hoping_for="an audit that failed")
    store.trouble = None
    await until(finished, within_seconds=10, hoping_for="an audit that finished")
    task.cancel()
