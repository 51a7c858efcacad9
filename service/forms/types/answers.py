"""What every kind of answer has in common: when it is missing, given twice, or of a wrong type."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Never

from marshmallow import ValidationError, fields, validate

from service.forms import messages
from service.forms.definition import Field, Origin
from service.forms.raw import Repeated, normalise


class AnswerField(fields.Field[Any]):
    """An answer; errors are codes of `forms.messages`."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own name and type
        "required": messages.REQUIRED,
        "null": messages.REQUIRED,
    }

    def __init__(self, field: Field, origin: Origin) -> None:
        super().__init__(required=field.required, allow_none=not field.required)
        self.field = field
        self.origin = origin

    def nothing(self) -> None:
        """No answer, where that is allowed."""
        if self.required:
            refuse(messages.REQUIRED)


class SingleAnswer(AnswerField, ABC):
    """An answer that is one value.

    A kind says with `from_text` what a text of a browser means, which is never blank, and with
    `from_json` what it makes of a value of JSON, which is never null.
    """

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if isinstance(value, Repeated):
            refuse(messages.REPEATED)
        if self.origin is Origin.JSON:
            return self.from_json(value)
        return self.if_given(text_of(value))

    def if_given(self, text: str) -> Any:
        """The answer in a text; a blank one is none."""
        return self.from_text(text) if text else self.nothing()

    @abstractmethod
    def from_text(self, text: str) -> Any:
        """The answer that this text is, or a ValidationError."""

    def from_json(self, value: object) -> Any:
        """The answer that this value of JSON is: a text, unless a kind says otherwise."""
        return self.if_given(text_of(value))


class Scale:
    """The limits of a field whose answers can be compared, ready for comparing."""

    def __init__(self, field: Field) -> None:
        self._measure = field.type.measure or Fraction
        minimum = field.minimum or field.type.least
        maximum = field.maximum or field.type.most
        self._base = self._measure(field.minimum) if field.minimum else Fraction(0)
        self._step = Fraction(field.step) if field.step else None
        self._in_range = (
            validate.Range(
                min=self._measure(minimum) if minimum else None,
                error=messages.TOO_SMALL,
            ),
            validate.Range(
                max=self._measure(maximum) if maximum else None,
                error=messages.TOO_LARGE,
            ),
        )

    def place(self, text: str) -> Fraction:
        """Where a text stands among its like; ValueError for what has no place there."""
        return self._measure(text)

    def check(self, place: Fraction) -> None:
        """Raise ValidationError for what lies outside of the limits, or between the steps."""
        for check in self._in_range:
            check(place)
        if self._step and (place - self._base) % self._step:
            refuse(messages.NOT_A_STEP)


def text_of(value: object) -> str:
    """A text, normalised; anything else is refused."""
    if not isinstance(value, str):
        refuse(messages.NOT_TEXT)
    return normalise(value)


def refuse(code: str) -> Never:
    """Raise what marshmallow gathers."""
    raise ValidationError(code)
