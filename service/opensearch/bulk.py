"""The bulk request's body, and what its answer says of each document.

https://docs.opensearch.org/latest/api-reference/document-apis/bulk/
"""

from collections.abc import Sequence

from service.opensearch.refusals import tame_reason
from service.store import Document, ItemResult, StoreUnavailable

CONTENT_TYPE = "application/x-ndjson"


def encode_bulk(documents: Sequence[Document]) -> bytes:
    """A `create` action and the bytes of the document, for each, joined as they are."""
    return b"".join(
        b'{"create":{"_id":"%b"}}\n%b\n' % (str(document.receipt).encode(), document.body)
        for document in documents
    )


def parse_bulk(answer: object, documents: Sequence[Document]) -> list[ItemResult]:
    """One result a document, in their order.

    Raises StoreUnavailable where the answer is not, item by item, about these documents: then
    nobody knows what became of any of them.
    """
    items = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise StoreUnavailable("the answer to the bulk has no items")
    if len(items) != len(documents):
        raise StoreUnavailable(
            f"the answer to the bulk has {len(items)} items for {len(documents)} documents"
        )
    return [_parse_item(item, doc) for item, doc in zip(items, documents, strict=True)]


def _parse_item(item: object, document: Document) -> ItemResult:
    result = item.get("create") if isinstance(item, dict) else None
    if not isinstance(result, dict):
        raise StoreUnavailable("the answer to the bulk has an item that is not a create")
    if result.get("_id") != str(document.receipt):
        raise StoreUnavailable("the answer to the bulk names other documents, or in another order")
    status = result.get("status")
    if type(status) is not int:
        raise StoreUnavailable("the answer to the bulk has an item without a status")
    error = result.get("error")
    if not isinstance(error, dict):
        return ItemResult(status=status)
    error_type, reason = error.get("type"), error.get("reason")
    return ItemResult(
        status=status,
        error_type=error_type if isinstance(error_type, str) else None,
        reason=tame_reason(reason) if isinstance(reason, str) else None,
    )
