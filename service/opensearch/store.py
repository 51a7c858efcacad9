"""OpenSearch as a store: what delivery, search, check and audit ask of it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from opensearchpy import AsyncOpenSearch

from service.forms.definition import Form
from service.forms.mapping import index_mapping, searchable_fields
from service.opensearch.aws.auth_refusals import read_refused_item
from service.opensearch.bulk import CONTENT_TYPE, FILTER, WANTED, encode_bulk, ids_of, parse_bulk
from service.opensearch.differences import IndexDifference, compare
from service.opensearch.early_preparation import prepare_early
from service.opensearch.index_plan import template_name
from service.opensearch.indexes import Indexes
from service.opensearch.live_indexes import read_mappings, read_template
from service.opensearch.search import (
    COUNT_BODY,
    fetch_body,
    fetch_many_body,
    parse_all_hits,
    parse_count,
    parse_hits,
    search_body,
)
from service.store import CREATED, Document, Hit, ItemResult, StoreRefused, StoreUnavailable

_NOT_FOUND = 404
_INDEX_MISSING = "index_not_found_exception"

# The index may not be as we left it: removed, or made again without our fields or with others. It
# is looked at before the next bulk; delivery tries such a document once more, and so after that.
_INDEX_CHANGED = frozenset(
    {
        _INDEX_MISSING,
        "document_parsing_exception",
        "mapper_parsing_exception",
        "strict_dynamic_mapping_exception",
    }
)


class OpenSearchStore:
    """Creates, finds and searches documents in OpenSearch; see `service.store.Store`.

    The client is one whose connection raises the store's errors. `serverless` where it is known to
    be OpenSearch Serverless.
    """

    def __init__(
        self, client: AsyncOpenSearch, indexes: Indexes, *, serverless: bool = False
    ) -> None:
        self._client = client
        self._indexes = indexes
        self._serverless = serverless
        # Serverless takes some parameters only, and does not say which.
        self._only_wanted = {} if serverless else {FILTER: WANTED}

    async def create(self, index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        """See `Store.create`: one bulk request, after the index was made ready."""
        if not documents:
            return []
        await self._indexes.prepare(index)
        ids = ids_of(documents)
        try:
            answer = await self._client.bulk(
                index=index,
                body=encode_bulk(ids, documents),
                params=self._only_wanted,
                headers={"content-type": CONTENT_TYPE},
            )
        except StoreRefused as error:
            if error.status == _NOT_FOUND:
                self._indexes.forget(index)
            if FILTER in str(error):  # it is Serverless behind a proxy, or another that minds
                self._only_wanted = {}
            raise
        results = [
            result if result.status == CREATED else read_refused_item(result)
            for result in parse_bulk(answer, ids)
        ]
        if any(result.error_type in _INDEX_CHANGED for result in results):
            self._indexes.forget(index)
        return results

    async def find(self, index: str, receipt: UUID) -> bool:
        """See `Store.find`. False, too, where the index is not there."""
        try:
            answer = await self._client.get(index=index, id=str(receipt), _source=False)
        except StoreRefused as error:
            if error.status == _NOT_FOUND:
                return False
            raise
        if not isinstance(answer, dict) or answer.get("found") is not True:
            raise StoreUnavailable("the store's answer does not say whether it has the document")
        return True

    async def search(self, index: str, query: str, *, limit: int) -> Sequence[Hit]:
        """See `Store.search`. No hits where the index, its form or an analysed field is missing."""
        form = self._indexes.form(index)
        fields = searchable_fields(form) if form is not None else ()
        if not fields:
            return []
        body = search_body(query, fields, limit=limit)
        try:
            return parse_hits(await self._client.search(index=index, body=body))
        except StoreRefused as error:
            if error.error_type == _INDEX_MISSING:
                return []
            raise

    async def fetch(self, index: str, wanted: UUID | int) -> Sequence[Hit]:
        """See `Archive.fetch`. Finds what a search finds: documents of the last second may lack."""
        try:
            return parse_hits(await self._client.search(index=index, body=fetch_body(wanted)))
        except StoreRefused as error:
            if error.error_type == _INDEX_MISSING:
                return []
            raise

    async def fetch_many(
        self, index: str, receipts: Sequence[UUID]
    ) -> Mapping[UUID, Mapping[str, object]]:
        """See `Archive.fetch_many`. Asks as a search does, which is the right that a role has."""
        if not receipts:
            return {}
        try:
            answer = await self._client.search(index=index, body=fetch_many_body(receipts))
        except StoreRefused as error:
            if error.error_type == _INDEX_MISSING:
                return {}
            raise
        return {UUID(hit.receipt): hit.document for hit in parse_all_hits(answer)}

    async def count(self, index: str) -> int:
        """See `Store.count`. Asks as a search does, which is the right that a role has already."""
        try:
            answer = await self._client.search(index=index, body=COUNT_BODY)
        except StoreRefused as error:
            if error.error_type == _INDEX_MISSING:
                return 0
            raise
        return parse_count(answer)

    def use_forms(self, forms: Collection[Form]) -> None:
        """See `Indexes.use_forms`."""
        self._indexes.use_forms(forms)

    async def prepare_early(self) -> None:
        """Make indexes ready before documents come; see `early_preparation.prepare_early`."""
        await prepare_early(self._indexes)

    async def differences(self, form: Form) -> Sequence[IndexDifference]:
        """What separates a form from its index: one, or one each where the name is an alias of
        several. Only reads. A template that may not be read is taken for none."""
        mappings: list[tuple[str | None, Mapping[str, Any]]]
        mappings = [*(await read_mappings(self._client, form.index)).items()] or [(None, {})]
        try:
            template = await read_template(self._client, template_name(form.index))
        except StoreRefused:
            template = None
        return [
            compare(
                form=form.id,
                index=form.index,
                wanted=index_mapping(form),
                live=live,
                existing=existing,
                template=template,
            )
            for live, existing in mappings
        ]

    async def ping(self) -> str:
        """See `Store.ping`: "OpenSearch 3.8.0, cluster search"."""
        if self._serverless:
            return await self._ping_serverless()
        try:
            answer = await self._client.info()
        except StoreRefused as error:
            if error.status != _NOT_FOUND:
                raise
            return await self._ping_serverless()
        try:
            version = answer["version"]
            name = str(version.get("distribution", "elasticsearch"))
            number, cluster = version["number"], answer["cluster_name"]
        except (AttributeError, KeyError, TypeError) as error:
            raise StoreUnavailable("what answers there is no OpenSearch") from error
        return f"{'OpenSearch' if name == 'opensearch' else name} {number}, cluster {cluster}"

    async def _ping_serverless(self) -> str:
        """Serverless has no page at its root; it has a list of indexes."""
        await self._client.cat.indices(format="json")
        return "OpenSearch Serverless"
