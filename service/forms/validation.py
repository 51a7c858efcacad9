"""What was sent, against what the form asks: marshmallow decides, with codes for messages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import marshmallow
from marshmallow import ValidationError

from service.forms import messages
from service.forms.definition import Form, Origin
from service.forms.errors import FieldError, InvalidAnswersError
from service.submission import Answer
from service.texts.texts import ENGLISH, Texts

Deserialize = Callable[[object], Any]


class Validator:
    """The validation of one form, compiled once: for texts, and for JSON's types."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._schemas = {origin: _schema(form, origin) for origin in Origin}
        self._fields = {origin: tuple(_fields(schema)) for origin, schema in self._schemas.items()}
        self._names = frozenset(field.name for field in form.fields)

    def validate(
        self,
        raw: Mapping[str, object],
        origin: Origin = Origin.BROWSER,
        *,
        asked: Form | None = None,
        texts: Callable[[], Texts] = lambda: ENGLISH,
    ) -> Mapping[str, Answer]:
        """The answers by field name, None where there is none; raises InvalidAnswersError.

        `raw` is what was sent: texts, or JSON's values. Nothing in it needs to be trusted. `asked`
        is the form in the language it was asked in, and `texts` gives what errors are told in.
        """
        valid = self.valid_answers(raw, origin)
        if valid is not None:
            return valid
        try:
            answers: Mapping[str, Answer] = self._schemas[origin].load(raw)
        except ValidationError as error:
            raise InvalidAnswersError(self._errors(error, asked or self._form, texts())) from None
        return answers

    def valid_answers(
        self, raw: Mapping[str, object], origin: Origin = Origin.BROWSER
    ) -> Mapping[str, Answer] | None:
        """As `validate`; None where that would raise. Most answers are valid, and need the fields
        only: the schema around them, which gathers every error, takes three times as long."""
        with suppress(ValidationError):
            if raw.keys() <= self._names:
                return _deserialize(self._fields[origin], raw)
        return None

    def _errors(self, error: ValidationError, form: Form, texts: Texts) -> tuple[FieldError, ...]:
        codes = error.messages_dict
        known = [
            messages.about_field(field, codes[field.name][0], texts)
            for field in form.fields
            if field.name in codes
        ]
        unknown = [
            messages.about_unknown(str(name), texts) for name in codes if name not in self._names
        ]
        return (*known, *unknown)


def _schema(form: Form, origin: Origin) -> marshmallow.Schema:
    answers = {field.name: field.type.answer(field, origin) for field in form.fields}
    return marshmallow.Schema.from_dict(answers)(unknown=marshmallow.RAISE)


def _fields(schema: marshmallow.Schema) -> Iterable[tuple[str, Deserialize]]:
    return ((name, field.deserialize) for name, field in schema.load_fields.items())


def _deserialize(
    fields: Sequence[tuple[str, Deserialize]], raw: Mapping[str, object]
) -> Mapping[str, Answer]:
    """What `Schema.load` gives where nothing is wrong; else the first ValidationError."""
    answers: dict[str, Answer] = {}
    for name, deserialize in fields:
        answer = deserialize(raw.get(name, marshmallow.missing))
        if answer is not marshmallow.missing:
            answers[name] = answer
    return answers
