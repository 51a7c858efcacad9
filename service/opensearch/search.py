"""The request of a search, and its hits."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from service.store import Hit, StoreUnavailable

MOST_FETCHED = 100
"""Documents that are given back for one short reference: chance makes two of them, hardly three."""


COUNT_BODY = {"size": 0, "track_total_hits": True}
"""A search for nothing but the number of documents, exact however many there are."""


def search_body(query: str, fields: Sequence[str], *, limit: int) -> dict[str, Any]:
    """Any word of `query` in any of `fields`; OpenSearch sorts by score unless told otherwise."""
    return {"size": limit, "query": {"multi_match": {"query": query, "fields": list(fields)}}}


def fetch_body(wanted: UUID | int) -> dict[str, Any]:
    """The document with this receipt; or those whose receipt ends in these 33 bits."""
    if isinstance(wanted, UUID):
        return {"size": 1, "query": {"term": {"receipt": {"value": str(wanted)}}}}
    # The last 32 bits are eight hexadecimal digits, and one bit more decides about the ninth.
    ninth = "[13579bdf]" if wanted >> 32 else "[02468ace]"
    ending = f".*{ninth}{wanted & 0xFFFF_FFFF:08x}"
    return {"size": MOST_FETCHED, "query": {"regexp": {"receipt": {"value": ending}}}}


def fetch_many_body(receipts: Sequence[UUID]) -> dict[str, Any]:
    """The documents with these receipts, which are their ids."""
    values = [str(receipt) for receipt in receipts]
    return {"size": len(values), "query": {"ids": {"values": values}}}


def parse_all_hits(answer: Any) -> list[Hit]:
    """The hits of a search that looked everywhere. Raises StoreUnavailable, too, where it did not:
    what is not among the hits would seem not to be there."""
    try:
        is_whole = answer["timed_out"] is False and answer["_shards"]["failed"] == 0
    except (KeyError, TypeError):
        is_whole = False
    if not is_whole:
        raise StoreUnavailable("the store looked into a part of the index only")
    return parse_hits(answer)


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


def parse_count(answer: Any) -> int:
    """The number of documents. Raises StoreUnavailable where the answer is none of a search."""
    try:
        return int(answer["hits"]["total"]["value"])
    except (KeyError, TypeError, ValueError) as error:
        raise StoreUnavailable("the store does not say how many documents it has") from error
