"""Answers that are chosen: one of several, several of several, and a box that is ticked or not."""

from collections.abc import Mapping
from typing import Any

import marshmallow
from marshmallow import validate

from service.forms import messages
from service.forms.definition import Field, FieldType, Origin, Widget
from service.forms.raw import TICKED_TEXTS, Repeated
from service.forms.types.answers import AnswerField, SingleAnswer, refuse, text_of


class ChoiceAnswer(SingleAnswer):
    """One of the field's choices."""

    def __init__(self, field: Field, origin: Origin) -> None:
        super().__init__(field, origin)
        self._is_choice = validate.OneOf(
            [choice.value for choice in field.choices], error=messages.NOT_A_CHOICE
        )

    def from_text(self, text: str) -> str:
        self._is_choice(text)
        return text


class ChoicesAnswer(AnswerField):
    """Some of the field's choices: in the form's order and each once, however they were sent."""

    def __init__(self, field: Field, origin: Origin) -> None:
        super().__init__(field, origin)
        self._values = [choice.value for choice in field.choices]
        self._are_choices = validate.ContainsOnly(self._values, error=messages.NOT_A_CHOICE)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[str] | None:
        if self.origin is Origin.BROWSER:
            value = value if isinstance(value, Repeated) else [value]
        elif not isinstance(value, list):
            refuse(messages.NOT_LIST)
        texts = set(map(text_of, value))
        if self.origin is Origin.BROWSER:
            texts.discard("")
        self._are_choices(list(texts))
        chosen = [choice for choice in self._values if choice in texts]
        if not chosen:
            self.nothing()
        return chosen or None


class TickAnswer(SingleAnswer):
    """A box. One that is not ticked is false, not missing; a required one must be ticked."""

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        absent = value is None or value is marshmallow.missing
        return self._checked(False) if absent else super().deserialize(value, attr, data, **kwargs)

    def nothing(self) -> Any:
        return self._checked(False)

    def from_text(self, text: str) -> bool:
        if text not in (*TICKED_TEXTS, "false"):
            refuse(messages.NOT_BOOLEAN)
        return self._checked(text in TICKED_TEXTS)

    def from_json(self, value: object) -> bool:
        if not isinstance(value, bool):
            refuse(messages.NOT_BOOLEAN)
        return self._checked(value)

    def _checked(self, ticked: bool) -> bool:
        if self.required and not ticked:
            refuse(messages.REQUIRED)
        return ticked


_KEYWORD = {"type": "keyword"}

CHOICE_TYPES = (
    FieldType(
        name="checkbox",
        widget=Widget.CHECKBOX,
        mapping={"type": "boolean"},
        keys=("default",),
        answer=TickAnswer,
    ),
    FieldType(
        name="checkboxes",
        widget=Widget.CHECKBOXES,
        mapping=_KEYWORD,
        keys=("choices", "default"),
        answer=ChoicesAnswer,
    ),
    FieldType(
        name="radio",
        widget=Widget.RADIOS,
        mapping=_KEYWORD,
        keys=("choices", "default"),
        answer=ChoiceAnswer,
    ),
    FieldType(
        name="select",
        widget=Widget.SELECT,
        mapping=_KEYWORD,
        keys=("choices", "default", "autocomplete"),
        answer=ChoiceAnswer,
    ),
)
