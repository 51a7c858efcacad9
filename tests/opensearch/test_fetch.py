"""Documents by what names them to people, from a real OpenSearch."""

import json
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from service.opensearch.client import open_opensearch
from service.opensearch.store import OpenSearchStore
from service.store import Document, StoreUnavailable
from service.submission import reference_bits
from tests.opensearch.cluster import Cluster
from tests.opensearch.lying_server import LyingServer, say
from tests.opensearch.samples import make_document, make_form

FIRST = UUID("019aab00-1234-8abc-9def-0123456789ab")
SAME_END = UUID("019aab00-ffff-8abc-9def-0003456789ab")
BIT_33_DIFFERS = UUID("019aab00-1234-8abc-9def-0122456789ab")
LAST_BIT_DIFFERS = UUID("019aab00-1234-8abc-9def-0123456789aa")


@pytest.fixture
async def store(opensearch_url: str, index: str) -> AsyncIterator[OpenSearchStore]:
    """A store with a form on the index."""
    async with open_opensearch(opensearch_url, [make_form(index)]) as opened:
        yield opened


def with_receipt(receipt: UUID) -> Document:
    """A document that has this receipt, as its id and in it."""
    body = {**json.loads(make_document(essay="Sega").body), "receipt": str(receipt)}
    return Document(receipt=receipt, body=json.dumps(body).encode())


async def test_a_receipt_gives_its_document_and_no_other(
    store: OpenSearchStore, index: str, cluster: Cluster
) -> None:
    sega = make_document(essay="Sega")
    await store.create(index, [sega, make_document(essay="Nintendo")])
    await cluster.ask("POST", f"/{index}/_refresh")

    [hit] = await store.fetch(index, sega.receipt)

    assert (hit.receipt, hit.index) == (str(sega.receipt), index)
    assert hit.document == json.loads(sega.body)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [(FIRST, {FIRST, SAME_END}), (BIT_33_DIFFERS, {BIT_33_DIFFERS})],
)
async def test_a_short_reference_gives_all_that_share_it(
    store: OpenSearchStore, index: str, cluster: Cluster, wanted: UUID, found: set[UUID]
) -> None:
    receipts = (FIRST, SAME_END, BIT_33_DIFFERS, LAST_BIT_DIFFERS)
    await store.create(index, [with_receipt(receipt) for receipt in receipts])
    await cluster.ask("POST", f"/{index}/_refresh")

    hits = await store.fetch(index, reference_bits(wanted))

    assert {UUID(hit.receipt) for hit in hits} == found


async def test_where_nothing_was_stored_nothing_is_found(
    store: OpenSearchStore, index: str
) -> None:
    assert await store.fetch(index, FIRST) == []
    assert await store.fetch(index, reference_bits(FIRST)) == []


async def test_of_many_receipts_those_that_are_there_are_given(
    store: OpenSearchStore, index: str, cluster: Cluster
) -> None:
    documents = [make_document(essay=f"Sega {number}") for number in range(200)]
    await store.create(index, documents)
    await cluster.ask("POST", f"/{index}/_refresh")

    wanted = [FIRST, *(document.receipt for document in documents)]
    found = await store.fetch_many(index, wanted)

    assert found == {document.receipt: json.loads(document.body) for document in documents}
    assert await store.fetch_many(f"{index}-not-there", wanted) == {}
    assert await store.fetch_many(index, []) == {}


@pytest.mark.parametrize(
    "told",
    [
        {"timed_out": True, "_shards": {"failed": 0}},
        {"timed_out": False, "_shards": {"failed": 1}},
        {},
    ],
)
async def test_where_only_a_part_was_looked_at_nothing_is_called_absent(
    liar: LyingServer, told: dict[str, object]
) -> None:
    liar.answers["POST", "/survey/_search"] = say(json.dumps({**told, "hits": {"hits": []}}))
    async with open_opensearch(liar.url, [make_form("survey")]) as store:
        with pytest.raises(StoreUnavailable, match="a part of the index"):
            await store.fetch_many("survey", [FIRST])
