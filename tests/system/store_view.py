"""What an OpenSearch holds in the end, asked without the service."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp

from tests.system.history import Stored
from tests.system.posts import EMAIL

MOST_DOCUMENTS = 10_000  # index.max_result_window, which one page of a search may not exceed


class StoreView:
    """One index of an OpenSearch."""

    def __init__(self, url: str, index: str, session: aiohttp.ClientSession) -> None:
        self._index_url = f"{url}/{index}"
        self._template_url = f"{url}/_index_template/formwell-{index}"
        self._session = session

    async def documents(self) -> Sequence[Stored]:
        """All documents of the index, those of the last second too; none where it is missing."""
        async with self._session.post(f"{self._index_url}/_refresh") as answer:
            if answer.status == 404:
                return []
            assert answer.status == 200, await answer.text()
        hits: list[Any] = []
        while len(page := await self._page(hits)) == MOST_DOCUMENTS:
            hits += page
        hits += page
        for hit in hits:
            assert hit["_source"]["receipt"] == hit["_id"]
            assert hit["_source"]["email_addr"] == EMAIL
        return [Stored(id=hit["_id"], essay=hit["_source"]["essay_question"]) for hit in hits]

    async def _page(self, before: Sequence[Any]) -> Sequence[Any]:
        by_receipt = {"receipt": {"order": "asc", "unmapped_type": "keyword"}}
        query: dict[str, Any] = {"size": MOST_DOCUMENTS, "sort": [by_receipt]}
        if before:
            query["search_after"] = before[-1]["sort"]
        async with self._session.post(f"{self._index_url}/_search", json=query) as answer:
            assert answer.status == 200, await answer.text()
            hits: Sequence[Any] = (await answer.json())["hits"]["hits"]
            return hits

    async def remove_index(self) -> None:
        """Remove the index with its documents, and leave its template."""
        await self._remove(self._index_url)

    async def remove(self) -> None:
        """Remove the index and the template the service made for it."""
        await self._remove(self._template_url)
        await self._remove(self._index_url)

    async def _remove(self, url: str) -> None:
        async with self._session.delete(url) as answer:
            assert answer.status in (200, 404), await answer.text()


@contextlib.asynccontextmanager
async def open_store_view(url: str, index: str) -> AsyncIterator[StoreView]:
    """A view of an index that is removed at the end."""
    async with aiohttp.ClientSession() as session:
        view = StoreView(url, index, session)
        try:
            yield view
        finally:
            await view.remove()
