"""What was sent, before anybody decided whether it is valid; and what of it is shown again."""

import re
from collections.abc import Mapping
from decimal import Decimal

from service.forms.definition import Field, Form, Shown, Widget

TICKED = "true"
"""The value of a checkbox's control."""

TICKED_TEXTS = (TICKED, "on")
"""What a ticked checkbox sends: ours, and any that has no value of its own."""


_LINE_ENDS = re.compile(r"\r\n?")


class Repeated(list[object]):
    """Several values that came under one name of a browser's form."""


def shown_defaults(form: Form) -> Mapping[str, Shown]:
    """What the controls of a fresh page show."""
    return {field.name: shown(field, field.default) for field in form.fields}


def shown_again(form: Form, raw: Mapping[str, object]) -> Mapping[str, Shown]:
    """What the controls show of what was sent, valid or not."""
    return {field.name: shown(field, raw.get(field.name)) for field in form.fields}


def shown(field: Field, raw: object) -> Shown:
    """What the field's control shows of one raw value.

    For checkboxes a tuple of values, for all others one text; a checkbox shows TICKED or "".
    """
    if field.type.widget is Widget.CHECKBOXES:
        values = raw if isinstance(raw, list | tuple) else (raw,)
        return tuple(value for value in values if isinstance(value, str))
    if isinstance(raw, Repeated):
        raw = next((value for value in raw if isinstance(value, str)), "")
    if field.type.widget is Widget.CHECKBOX:
        return TICKED if raw is True or raw in TICKED_TEXTS else ""
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        raw = str(raw)
    return raw if isinstance(raw, str) else ""


def normalise(text: str) -> str:
    """The text that is counted and stored: LF line ends, no white space around it."""
    return _LINE_ENDS.sub("\n", text).strip()
