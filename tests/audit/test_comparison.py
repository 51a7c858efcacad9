"""What separates receipts from documents."""

import json
from collections.abc import Mapping
from uuid import UUID

import pytest

from service.audit.comparison import Condition, compare
from service.spool.digest import digest_of
from service.spool.receipts import DeliveredReceipt
from tests.spool.submissions import submission

SENT = submission('É "quoted" \U0001f579')
DOCUMENT = json.loads(SENT.document)


def condition(document: Mapping[str, object] | None, *, shown_ms: int = 10) -> Condition:
    """That of one receipt, delivered at 10 ms."""
    delivered = DeliveredReceipt(
        receipt=SENT.receipt,
        form="quiz",
        index="quiz-answers",
        delivered_at=10,
        digest=digest_of(SENT.document),
    )
    documents: dict[UUID, Mapping[str, object]]
    documents = {} if document is None else {SENT.receipt: document}
    (examined,) = compare([delivered], documents, shown_ms=shown_ms)
    return examined.condition


def test_the_same_document_is_present_whatever_the_order_of_its_fields() -> None:
    assert condition(DOCUMENT) is Condition.PRESENT
    assert condition(dict(reversed(DOCUMENT.items()))) is Condition.PRESENT


@pytest.mark.parametrize(
    "changes",
    [
        {"essay": "Nintendo"},
        {"added": "by a pipeline"},
        {"is_spam": True},
        {"receipt": "another"},
        {"essay": "\ud800"},
        {"essay": float("nan")},
    ],
)
def test_any_other_document_is_changed(changes: Mapping[str, object]) -> None:
    assert condition({**DOCUMENT, **changes}) is Condition.CHANGED


def test_a_field_that_was_taken_away_is_a_change() -> None:
    assert condition({k: v for k, v in DOCUMENT.items() if k != "essay"}) is Condition.CHANGED


def test_what_is_absent_is_missing_once_it_would_be_shown() -> None:
    assert condition(None, shown_ms=10) is Condition.MISSING
    assert condition(None, shown_ms=9) is Condition.RECENT
