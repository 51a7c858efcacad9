"""A form, and documents as the spool hands them over, for tests."""

from service.forms.definition import Field, Form, Group
from service.forms.field_types import FIELD_TYPES
from service.store import Document
from service.submission import make_submission

INDEX = "quiz-answers"

FORM = Form(
    id="quiz",
    title="A quiz",
    index=INDEX,
    groups=(
        Group(
            fields=(
                Field(name="essay", type=FIELD_TYPES["textarea"], label="Essay", max_length=2_000),
                Field(name="motto", type=FIELD_TYPES["text"], label="Motto", max_length=200),
                Field(name="email", type=FIELD_TYPES["email"], label="Email", max_length=200),
            )
        ),
    ),
)

OTHER_FORM = Form(
    id="other",
    title="Another one",
    index="other-answers",
    groups=(Group(fields=FORM.fields[:1]),),
)

FORMS = (FORM, OTHER_FORM)


def document(
    essay: str = "Sega won",
    *,
    motto: str | None = None,
    email: str = "ada@example.org",
    key: str = "key-1",
) -> Document:
    """A document of the quiz; equal arguments give an equal receipt."""
    made = make_submission(
        form="quiz",
        index=INDEX,
        key=key,
        answers={"essay": essay, "motto": motto, "email": email},
        tags=("v0.1",),
        client_address="192.0.2.7",
        received_at=1_790_000_000_000,
    )
    return Document(receipt=made.receipt, body=made.document)
