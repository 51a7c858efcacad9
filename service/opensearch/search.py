"""The request of a search, and its hits."""

from collections.abc import Sequence
from typing import Any

from service.store import Hit, StoreUnavailable


def search_body(query: str, fields: Sequence[str], *, limit: int) -> dict[str, Any]:
    """Any word of `query` in any of `fields`; OpenSearch sorts by score unless told otherwise."""
    return {"size": limit, "query": {"multi_match": {"query": query, "fields": list(fields)}}}


def parse_hits(answer: Any) -> list[Hit]:
    """The hits in their order. Raises StoreUnavailable where the answer is none of a search."""
    try:
        return [
            Hit(
                receipt=str(hit["_id"]),
                score=float(hit["_score"]),
                index=str(hit["_index"]),
                document=dict(hit["_source"]),
            )
            for hit in answer["hits"]["hits"]
        ]
    except (KeyError, TypeError, ValueError):
        # Not chained: the error's text can quote a document.
        raise StoreUnavailable("the store's answer to the search has no hits in it") from None
