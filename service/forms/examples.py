"""Answers to show to whoever writes a client: each is one that validation accepts."""

from collections.abc import Iterable
from fractions import Fraction

from marshmallow import ValidationError

from service.forms.definition import Field, Form, Origin
from service.forms.portable_pattern import portable
from service.forms.raw import Repeated

_TEXTS = {
    "text": "An answer",
    "textarea": "An answer\nof two lines",
    "email": "name@example.org",
    "tel": "+34600123456",
    "url": "https://example.org/page",
    "date": "1991-06-23",
    "time": "18:30",
}
_NUMBERS = ("integer", "decimal", "rating")


def example_answers(form: Form, origin: Origin) -> dict[str, object] | None:
    """A valid submission with an answer to every field for which one was found; None where one
    was found for none, or not for a field that needs it."""
    found: dict[str, object] = {}
    for field in form.fields:
        answer = next(
            (each for each in _candidates(field, origin) if _fits(field, each, origin)), None
        )
        if answer is not None:
            found[field.name] = answer
        elif field.required:
            return None
    return found or None


def _fits(field: Field, answer: object, origin: Origin) -> bool:
    raw = Repeated(answer) if origin is Origin.BROWSER and isinstance(answer, list) else answer
    try:
        return field.type.answer(field, origin).deserialize(raw) is not None
    except ValidationError:
        return False


def _candidates(field: Field, origin: Origin) -> Iterable[object]:
    kind = field.type.name
    if kind == "checkbox":
        yield True if origin is Origin.JSON else "true"
    elif kind == "checkboxes":
        yield [choice.value for choice in field.choices[:2]]
        yield from ([choice.value] for choice in field.choices)
    elif kind in _NUMBERS:
        for number in _numbers(field):
            yield number if origin is Origin.JSON else str(number)
    elif field.choices:
        yield from (choice.value for choice in field.choices)
    else:
        yield from _texts(field)


def _texts(field: Field) -> Iterable[str]:
    usual = _TEXTS[field.type.name]
    if isinstance(field.default, str):
        yield field.default
    if field.pattern:
        yield portable(field.pattern).sample
    yield usual
    yield from (text for text in (field.minimum, field.maximum) if text)
    if field.min_length:
        yield usual + "s" * (field.min_length - len(usual))
    if field.max_length:
        yield usual[: field.max_length]


def _numbers(field: Field) -> Iterable[int | float]:
    base, step = Fraction(field.minimum or 0), Fraction(field.step or 1)
    default = field.default if isinstance(field.default, str) else None
    middle = base + 4 * step
    for number in (Fraction(default or middle), middle, base, Fraction(field.maximum or 0)):
        yield int(number) if number.denominator == 1 else float(number)
