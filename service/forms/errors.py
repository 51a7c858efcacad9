"""What is wrong with an answer, for the page and for a program."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One thing wrong; `field` is None where it concerns the submission as a whole.

    `code` is from a fixed list (see `forms.messages`); `message` is for a person and never
    contains the answer.
    """

    field: str | None
    code: str
    message: str


class InvalidAnswersError(Exception):
    """The answers do not fit the form; every error found, in the form's order."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(", ".join(f"{error.field or '-'}: {error.code}" for error in errors))
        self.errors = errors
