"""Submissions to put, for tests."""

from service.submission import Submission, make_submission

RECEIVED_AT = 1_790_000_000_000


def submission(
    essay: str = "Sega", *, key: str = "key-1", form: str = "quiz", index: str = "quiz-answers"
) -> Submission:
    """A small valid submission."""
    return make_submission(
        form=form,
        index=index,
        key=key,
        answers={"essay": essay},
        tags=(),
        client_address=None,
        received_at=RECEIVED_AT,
    )
