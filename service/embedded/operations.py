"""What the store does with its open file: documents in, results and hits out. Every call blocks."""

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from service.embedded.file import EmbeddedFile, FoundRow, NewRow
from service.embedded.queries import searchable_text
from service.store import CONFLICT, CREATED, Document, Hit, ItemResult

UNREADABLE = 400


def create_documents(
    file: EmbeddedFile, index: str, fields: Sequence[str], documents: Sequence[Document]
) -> Sequence[ItemResult]:
    """Commit all documents in one transaction; a result for each, in OpenSearch's words.

    One that is not a JSON object of Unicode text gives 400 and leaves the others alone.
    """
    rows: list[NewRow] = []
    refusals: list[ItemResult | None] = []
    for document in documents:
        try:
            text = searchable_text(document.body, fields)
        except ValueError as error:
            refusals.append(_refusal(error))
        else:
            refusals.append(None)
            rows.append(NewRow(receipt=document.receipt, body=document.body, text=text))
    are_new = iter(file.insert(index, rows))
    return [
        refusal or _result(document, is_new=next(are_new))
        for document, refusal in zip(documents, refusals, strict=True)
    ]


def search_documents(file: EmbeddedFile, index: str, query: str, limit: int) -> Sequence[Hit]:
    """The best matches as hits."""
    return [_hit(index, row) for row in file.search(index, query, limit)]


def fetch_documents(file: EmbeddedFile, index: str, wanted: UUID | int) -> Sequence[Hit]:
    """What a receipt or a short reference names, as hits."""
    return [_hit(index, row) for row in file.fetch(index, wanted)]


def fetch_all_of(
    file: EmbeddedFile, index: str, receipts: Sequence[UUID]
) -> Mapping[UUID, Mapping[str, object]]:
    """The documents with these receipts that are there; one that is no JSON any more is empty."""
    rows = (row for receipt in receipts for row in file.fetch(index, receipt))
    return {row.receipt: _read(row.body) for row in rows}


def _read(body: bytes) -> Mapping[str, object]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _hit(index: str, row: FoundRow) -> Hit:
    document = json.loads(row.body)
    return Hit(receipt=str(row.receipt), score=row.score, index=index, document=document)


def _refusal(error: ValueError) -> ItemResult:
    return ItemResult(status=UNREADABLE, error_type="mapper_parsing_exception", reason=str(error))


def _result(document: Document, *, is_new: bool) -> ItemResult:
    if is_new:
        return ItemResult(status=CREATED)
    return ItemResult(
        status=CONFLICT,
        error_type="version_conflict_engine_exception",
        reason=f"[{document.receipt}]: version conflict, document already exists",
    )
