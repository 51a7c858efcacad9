"""Forms and documents for these tests."""

from service.forms.definition import Field, Form, Group
from service.forms.field_types import FIELD_TYPES
from service.store import Document
from service.submission import Answer, make_submission, new_key

RECEIVED_AT = 1_795_364_701_042


def make_form(index: str, **kinds: str) -> Form:
    """A form on this index with a field of each kind; an essay and an address unless told."""
    kinds = kinds or {"essay": "textarea", "mail": "email"}
    return Form(
        id="survey",
        title="A survey",
        index=index,
        groups=(
            Group(
                fields=tuple(
                    Field(name=name, type=FIELD_TYPES[kind], label=name, max_length=1_000)
                    for name, kind in kinds.items()
                )
            ),
        ),
    )


def make_document(**answers: Answer) -> Document:
    """A document with these answers and a receipt of its own."""
    submission = make_submission(
        form="survey",
        index="not looked at",
        key=new_key(RECEIVED_AT),
        answers=answers,
        tags=("v0.1",),
        client_address="192.0.2.7",
        received_at=RECEIVED_AT,
    )
    return Document(receipt=submission.receipt, body=submission.document)
