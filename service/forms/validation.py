"""What was sent, against what the form asks: marshmallow decides, with codes for messages."""

import re
from collections.abc import Mapping
from typing import Any

import marshmallow
from marshmallow import ValidationError, fields, validate

from service.forms import messages
from service.forms.definition import Field, Form
from service.forms.errors import FieldError, InvalidAnswersError
from service.forms.raw import Repeated
from service.submission import Answer

_LINE_ENDS = re.compile(r"\r\n?")
# C0 and C1 controls but tab and line feed, DEL, and lone surrogates, which no encoding can carry:
# nothing that a person can see or mean.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_is_email = validate.Email(error=messages.NOT_EMAIL)


class _Text(fields.String):
    """A text with its line ends as LF and without white space around it; blank counts as missing.

    Lengths are counted on what is left, in code points, so that a browser's CRLF costs nobody two.
    """

    default_error_messages = {  # noqa: RUF012 - marshmallow's own name and type
        "required": messages.REQUIRED,
        "null": messages.REQUIRED,
        "invalid": messages.NOT_TEXT,
        "invalid_utf8": messages.NOT_TEXT,
    }

    def __init__(self, field: Field) -> None:
        super().__init__(required=field.required, allow_none=not field.required)
        self._field = field

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if isinstance(value, Repeated):
            raise ValidationError(messages.REPEATED)
        text = normalise(super()._deserialize(value, attr, data, **kwargs))
        if not text:
            if self.required:
                raise ValidationError(messages.REQUIRED)
            return None
        self._check(text)
        return text

    def _check(self, text: str) -> None:
        field = self._field
        if field.max_length is not None and len(text) > field.max_length:
            raise ValidationError(messages.TOO_LONG)
        if field.min_length is not None and len(text) < field.min_length:
            raise ValidationError(messages.TOO_SHORT)
        if _CONTROLS.search(text) or (not field.type.many_lines and "\n" in text):
            raise ValidationError(messages.CONTROL_CHARACTER)
        if field.type.name == "email":
            _is_email(text)


def normalise(text: str) -> str:
    """The text that is counted, stored and shown again: LF line ends, no white space around it."""
    return _LINE_ENDS.sub("\n", text).strip()


class Validator:
    """The validation of one form, compiled once."""

    def __init__(self, form: Form) -> None:
        self._form = form
        schema = marshmallow.Schema.from_dict({field.name: _Text(field) for field in form.fields})
        self._schema = schema(unknown=marshmallow.RAISE)

    def validate(self, raw: Mapping[str, object]) -> Mapping[str, Answer]:
        """The answers by field name, None where there is none; raises InvalidAnswersError.

        `raw` is what was sent: texts, or JSON's values. Nothing in it needs to be trusted.
        """
        try:
            answers: Mapping[str, Answer] = self._schema.load(raw)
        except ValidationError as error:
            raise InvalidAnswersError(self._errors(error)) from None
        return answers

    def _errors(self, error: ValidationError) -> tuple[FieldError, ...]:
        codes = error.messages_dict
        known = [
            messages.about_field(field, codes[field.name][0])
            for field in self._form.fields
            if field.name in codes
        ]
        names = {field.name for field in self._form.fields}
        unknown = [messages.about_unknown(str(name)) for name in codes if name not in names]
        return (*known, *unknown)
