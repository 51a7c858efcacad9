"""What was sent, against what the form asks: marshmallow decides, with codes for messages."""

from collections.abc import Mapping

import marshmallow
from marshmallow import ValidationError

from service.forms import messages
from service.forms.definition import Form, Origin
from service.forms.errors import FieldError, InvalidAnswersError
from service.submission import Answer
from service.texts.texts import ENGLISH, Texts


class Validator:
    """The validation of one form, compiled once: for texts, and for JSON's types."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._schemas = {origin: _schema(form, origin) for origin in Origin}

    def validate(
        self,
        raw: Mapping[str, object],
        origin: Origin = Origin.BROWSER,
        *,
        asked: Form | None = None,
        texts: Texts = ENGLISH,
    ) -> Mapping[str, Answer]:
        """The answers by field name, None where there is none; raises InvalidAnswersError.

        `raw` is what was sent: texts, or JSON's values. Nothing in it needs to be trusted. `asked`
        is the form in the language it was asked in, and `texts` are what errors are told in.
        """
        try:
            answers: Mapping[str, Answer] = self._schemas[origin].load(raw)
        except ValidationError as error:
            raise InvalidAnswersError(self._errors(error, asked or self._form, texts)) from None
        return answers

    def _errors(self, error: ValidationError, form: Form, texts: Texts) -> tuple[FieldError, ...]:
        codes = error.messages_dict
        known = [
            messages.about_field(field, codes[field.name][0], texts)
            for field in form.fields
            if field.name in codes
        ]
        names = {field.name for field in form.fields}
        unknown = [messages.about_unknown(str(name), texts) for name in codes if name not in names]
        return (*known, *unknown)


def _schema(form: Form, origin: Origin) -> marshmallow.Schema:
    answers = {field.name: field.type.answer(field, origin) for field in form.fields}
    return marshmallow.Schema.from_dict(answers)(unknown=marshmallow.RAISE)
