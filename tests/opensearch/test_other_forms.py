"""Forms that are loaded while the store is open, and how many documents there are."""

import pytest

from service.opensearch.client import open_opensearch
from service.store import StoreUnavailable
from tests.opensearch.cluster import Cluster
from tests.opensearch.lying_server import LyingServer, say
from tests.opensearch.samples import make_document, make_form


async def test_documents_are_counted_and_a_missing_index_has_none(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    async with open_opensearch(opensearch_url, [make_form(index)]) as store:
        assert await store.count(index) == 0
        await store.create(index, [make_document(essay=str(number)) for number in range(3)])
        await cluster.ask("POST", f"/{index}/_refresh")
        assert await store.count(index) == 3


async def test_a_form_that_came_later_has_its_index_made_ready(
    opensearch_url: str, index: str
) -> None:
    async with open_opensearch(opensearch_url, []) as store:
        store.use_forms([make_form(index)])
        [result] = await store.create(index, [make_document(essay="Sega")])
        assert result.status == 201


async def test_what_waits_for_a_form_that_is_gone_is_still_taken(
    opensearch_url: str, index: str
) -> None:
    async with open_opensearch(opensearch_url, [make_form(index)]) as store:
        store.use_forms([])
        [result] = await store.create(index, [make_document(essay="Sega")])
        assert result.status == 201


async def test_an_answer_without_a_number_is_not_taken_for_none(liar: LyingServer) -> None:
    liar.answers["POST", "/quiz/_search"] = say("{}")
    async with open_opensearch(liar.url, []) as store:
        with pytest.raises(StoreUnavailable, match="how many"):
            await store.count("quiz")
