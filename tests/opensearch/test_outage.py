"""A real OpenSearch that stops, is killed, and comes back on its data."""

import asyncio
from collections.abc import Iterator

import pytest

from service.opensearch.client import open_opensearch
from service.store import StoreUnavailable
from tests.opensearch.samples import make_document, make_form
from tests.opensearch_server import OpenSearchServer, temporary_server

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[OpenSearchServer]:
    """One that belongs to this test alone."""
    with temporary_server() as server:
        yield server


async def test_a_store_that_was_stopped_or_killed_is_used_again_when_it_is_back(
    server: OpenSearchServer,
) -> None:
    first, second, third = (make_document(essay=essay) for essay in ("1", "2", "3"))
    async with open_opensearch(server.url, [make_form("survey")]) as store:
        assert (await store.create("survey", [first]))[0].status == 201

        await asyncio.to_thread(server.stop)
        with pytest.raises(StoreUnavailable):
            await store.create("survey", [second])
        await asyncio.to_thread(server.start)
        assert (await store.create("survey", [second]))[0].status == 201

        await asyncio.to_thread(server.kill)
        with pytest.raises(StoreUnavailable):
            await store.find("survey", first.receipt)
        await asyncio.to_thread(server.start)

        results = await store.create("survey", [first, second, third])

    assert [result.status for result in results] == [409, 409, 201]
