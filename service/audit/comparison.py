"""What separates a page of receipts from the documents that the store has of them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from service.spool.digest import digest_of
from service.spool.receipts import DeliveredReceipt
from service.submission import encode_document


class Condition(StrEnum):
    """What became of a document that the store once acknowledged.

    UNVERIFIED is there, and there is no digest to compare it with. RECENT was not found, which
    says nothing yet: a search does not show what came in the last moments.
    """

    PRESENT = "present"
    MISSING = "missing"
    CHANGED = "changed"
    UNVERIFIED = "unverified"
    RECENT = "recent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A receipt and the condition of its document."""

    delivered: DeliveredReceipt
    condition: Condition


def compare(
    receipts: Iterable[DeliveredReceipt],
    documents: Mapping[UUID, Mapping[str, object]],
    *,
    shown_ms: int,
) -> list[Examined]:
    """The condition of each, in their order. What was delivered until `shown_ms` (since the epoch)
    would be among the documents if it were there."""
    return [
        Examined(
            delivered=delivered,
            condition=_judge(delivered, documents.get(delivered.receipt), shown_ms),
        )
        for delivered in receipts
    ]


def _judge(
    delivered: DeliveredReceipt, document: Mapping[str, object] | None, shown_ms: int
) -> Condition:
    if document is None:
        return Condition.MISSING if delivered.delivered_at <= shown_ms else Condition.RECENT
    if delivered.digest is None:
        return Condition.UNVERIFIED
    try:
        is_same = digest_of(encode_document(document)) == delivered.digest
    except ValueError:  # text or a number that none of our documents can have
        is_same = False
    return Condition.PRESENT if is_same else Condition.CHANGED
