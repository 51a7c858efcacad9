"""Indexes are ready before the first document, and are never waited for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from service.opensearch.client import open_opensearch
from service.opensearch.early_preparation import prepare_early
from service.opensearch.indexes import Indexes
from service.opensearch.store import OpenSearchStore
from service.store import StoreRefused, StoreUnavailable
from tests.opensearch.cluster import Cluster
from tests.opensearch.lying_server import LyingServer, hang
from tests.opensearch.samples import make_document, make_form


@asynccontextmanager
async def preparing(store: OpenSearchStore) -> AsyncIterator[None]:
    """Prepare early while the block runs."""
    task = asyncio.create_task(store.prepare_early())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def has_field(cluster: Cluster, index: str, name: str) -> bool:
    status, _ = await cluster.ask("GET", f"/{index}")
    return status == 200 and name in await cluster.properties(index)


async def until_field(cluster: Cluster, index: str, name: str) -> None:
    async with asyncio.timeout(20):
        while not await has_field(cluster, index, name):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.05)


async def test_fields_that_are_new_are_in_an_older_index_before_any_document(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    old = make_document(essay="before", mail="a@b.example")
    async with open_opensearch(opensearch_url, [make_form(index)]) as store:
        await store.create(index, [old])

    grown = make_form(index, essay="textarea", nick="text")
    async with open_opensearch(opensearch_url, [grown]) as store, preparing(store):
        await until_field(cluster, index, "nick")

        assert await store.find(index, old.receipt)
        assert "mail" in await cluster.properties(index), "nothing is ever removed"


async def test_fields_of_a_reload_are_added_too(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    async with (
        open_opensearch(opensearch_url, [make_form(index)]) as store,
        preparing(store),
    ):
        await until_field(cluster, index, "essay")
        store.use_forms([make_form(index, essay="textarea", nick="text")])
        await until_field(cluster, index, "nick")


async def test_an_index_that_does_not_fit_stops_no_other(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    await cluster.put(f"/{index}-a", {"mappings": {"properties": {"essay": {"type": "long"}}}})
    try:
        forms = [make_form(f"{index}-a"), make_form(index)]
        async with open_opensearch(opensearch_url, forms) as store, preparing(store):
            await until_field(cluster, index, "essay")
        assert await cluster.properties(f"{index}-a") == {"essay": {"type": "long"}}
    finally:
        await cluster.remove(f"{index}-a")


class AwayAtFirst(Indexes):
    """Does not answer for the first three times."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.asked = 0
        self.ready = asyncio.Event()

    def names(self) -> tuple[str, ...]:
        return ("survey",)

    async def prepare(self, index: str) -> None:
        self.asked += 1
        if self.asked <= 3:
            raise StoreUnavailable("not now")
        self.ready.set()


async def test_a_store_that_is_away_is_asked_again() -> None:
    indexes = AwayAtFirst()
    task = asyncio.create_task(prepare_early(indexes, retry_seconds=0.01))
    async with asyncio.timeout(10):
        await indexes.ready.wait()
    task.cancel()
    assert indexes.asked == 4


async def test_a_store_that_hangs_does_not_hold_up_the_end(liar: LyingServer) -> None:
    liar.answers[("GET", "/_index_template/formwell-survey")] = hang
    async with (
        asyncio.timeout(10),
        open_opensearch(liar.url, [make_form("survey")]) as store,
        preparing(store),
    ):
        while not liar.requests:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)


class Refused(Indexes):
    """May not be made, by the store's word."""

    def __init__(self, status: int, error_type: str | None) -> None:
        self._status, self._error_type = status, error_type
        self.changed = asyncio.Event()
        self.changed.set()

    def names(self) -> tuple[str, ...]:
        return ("survey",)

    async def prepare(self, index: str) -> None:
        raise StoreRefused("no", status=self._status, error_type=self._error_type)


@pytest.mark.parametrize(
    ("status", "error_type", "words"),
    [
        (403, "security_exception", "no; `formwell check` says where it fails"),
        (405, None, "no; `formwell check` says where it fails"),
        (409, "mapping_conflict", "no; `formwell forms diff` compares them"),
    ],
)
async def test_only_fields_that_do_not_fit_are_sent_to_a_comparison(
    status: int, error_type: str | None, words: str
) -> None:
    refused = Refused(status, error_type)
    with capture_logs() as lines:
        task = asyncio.create_task(prepare_early(refused, retry_seconds=0.01))
        async with asyncio.timeout(10):
            while not lines:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.01)
        task.cancel()
    assert lines[0]["message"] == words
