"""An audit of a real OpenSearch, in which documents were changed and removed by others."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.audit.comparison import Condition
from service.audit.walk import count, examine
from service.observability.metrics import Metrics
from service.opensearch.client import open_opensearch
from service.opensearch.store import OpenSearchStore
from service.spool.limits import Limits
from service.spool.ports import Ack
from service.spool.receipts import ReceiptReader
from service.spool.spool import Spool, open_spool
from service.store import Document
from service.submission import Submission, make_submission
from tests.opensearch.cluster import Cluster
from tests.opensearch.samples import RECEIVED_AT, make_form


@pytest.fixture
async def store(opensearch_url: str, index: str) -> AsyncIterator[OpenSearchStore]:
    """A store with a form on the index."""
    async with open_opensearch(opensearch_url, [make_form(index)]) as opened:
        yield opened


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    async with open_spool(tmp_path / "spool.db", Metrics(), Limits()) as opened:
        yield opened


async def deliver(
    spool: Spool, store: OpenSearchStore, index: str, number: int
) -> list[Submission]:
    """This many submissions, with text that JSON may write in several ways."""
    sent = [
        make_submission(
            form="survey",
            index=index,
            key=f"key-{each}",
            answers={"essay": f'É\u2028\U0001f579 "{each}" </b>\\', "mail": "a@example.org"},
            tags=(),
            client_address=None,
            received_at=RECEIVED_AT,
        )
        for each in range(number)
    ]
    for submission in sent:
        await spool.put(submission)
    rows = (await spool.claim(index, most_rows=number, most_bytes=1 << 20)).rows
    await store.create(index, [Document(receipt=row.receipt, body=row.document) for row in rows])
    await spool.settle([Ack(seq=row.seq) for row in rows])
    return sent


async def audited(path: Path, store: OpenSearchStore) -> Counter[Condition]:
    """How many are in each condition, whenever they were delivered."""
    found: Counter[Condition] = Counter()
    async for page in examine(ReceiptReader(path), store, shown_after_seconds=0):
        found += count(page)
    return found


async def test_all_that_is_there_is_as_it_was_accepted(
    store: OpenSearchStore, spool: Spool, index: str, cluster: Cluster, tmp_path: Path
) -> None:
    await deliver(spool, store, index, 250)
    await cluster.ask("POST", f"/{index}/_refresh")
    assert await audited(tmp_path / "spool.db", store) == {Condition.PRESENT: 250}


async def test_removed_and_changed_documents_are_told_apart(
    store: OpenSearchStore, spool: Spool, index: str, cluster: Cluster, tmp_path: Path
) -> None:
    first, second, third, *_ = await deliver(spool, store, index, 5)
    await cluster.ask("DELETE", f"/{index}/_doc/{first.receipt}")
    change = {"doc": {"mail": "b@example.org"}}
    await cluster.ask("POST", f"/{index}/_update/{second.receipt}", change)
    # Written anew with the same content, in another order of its fields.
    same = {"doc": {"tags": []}, "detect_noop": False}
    await cluster.ask("POST", f"/{index}/_update/{third.receipt}", same)
    await cluster.ask("POST", f"/{index}/_refresh")
    assert await audited(tmp_path / "spool.db", store) == {
        Condition.MISSING: 1,
        Condition.CHANGED: 1,
        Condition.PRESENT: 3,
    }


async def test_a_field_that_a_pipeline_added_is_a_change_and_no_loss(
    store: OpenSearchStore, spool: Spool, index: str, cluster: Cluster, tmp_path: Path
) -> None:
    await deliver(spool, store, index, 2)
    await cluster.put(f"/{index}/_mapping", {"properties": {"judged": {"type": "keyword"}}})
    script = {"script": {"source": "ctx._source.judged = 'yes'"}}
    await cluster.ask("POST", f"/{index}/_refresh")
    await cluster.ask("POST", f"/{index}/_update_by_query?refresh=true", script)
    assert await audited(tmp_path / "spool.db", store) == {Condition.CHANGED: 2}


async def test_where_the_index_is_gone_everything_is_missing(
    store: OpenSearchStore, spool: Spool, index: str, cluster: Cluster, tmp_path: Path
) -> None:
    await deliver(spool, store, index, 3)
    await cluster.remove(index)
    assert await audited(tmp_path / "spool.db", store) == {Condition.MISSING: 3}
