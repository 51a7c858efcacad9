"""Whole numbers, decimal numbers, and ratings.

A decimal is stored as a double and has at most 15 digits: so many come back from a double as they
were (C's DBL_DIG), here, in OpenSearch and in every reader of JSON. OpenSearch's scaled_float would
fix the number of decimal places in the mapping, where a form could never change it, and round.
"""

import re
from decimal import Decimal
from fractions import Fraction

from service.forms import messages
from service.forms.definition import Field, FieldType, Origin, Widget
from service.forms.types.answers import Scale, SingleAnswer, refuse

SAFE_INTEGER = 2**53 - 1
"""What every reader of JSON has exactly, JavaScript's too (RFC 8259, 6)."""

MOST_DIGITS = 15
_MOST_CHARACTERS = 64
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_WHOLE = re.compile(r"[+-]?[0-9]+")


class IntegerAnswer(SingleAnswer):
    """A whole number; in JSON 5.0 is one too, as in JSON Schema."""

    def __init__(self, field: Field, origin: Origin) -> None:
        super().__init__(field, origin)
        self._scale = Scale(field)

    def from_text(self, text: str) -> int:
        if len(text) > _MOST_CHARACTERS or not _WHOLE.fullmatch(text):
            refuse(messages.NOT_INTEGER)
        return self._checked(int(text))

    def from_json(self, value: object) -> int:
        number = _json_number(value)
        digits, places = _size(number)
        if places > 0 or digits - places > _MOST_CHARACTERS:
            refuse(messages.NOT_INTEGER)
        return self._checked(int(number))

    def _checked(self, number: int) -> int:
        self._scale.check(Fraction(number))
        return number


class DecimalAnswer(SingleAnswer):
    """A number with a decimal point. A comma is not guessed at: it means either of two things."""

    def __init__(self, field: Field, origin: Origin) -> None:
        super().__init__(field, origin)
        self._scale = Scale(field)

    def from_text(self, text: str) -> float:
        if len(text) > _MOST_CHARACTERS or not _NUMBER.fullmatch(text):
            refuse(messages.NOT_NUMBER)
        return self._checked(Decimal(text))

    def from_json(self, value: object) -> float:
        return self._checked(_json_number(value))

    def _checked(self, number: Decimal) -> float:
        digits, places = _size(number)
        if max(digits, places, digits - places) > MOST_DIGITS:
            refuse(messages.TOO_PRECISE)
        self._scale.check(Fraction(number))
        return float(number) + 0.0  # minus nothing is nothing


def _json_number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        refuse(messages.NOT_JSON_NUMBER)
    number = Decimal(str(value))
    if not number.is_finite():
        refuse(messages.NOT_NUMBER)
    return number


def _size(number: Decimal) -> tuple[int, int]:
    """How many digits matter, and how many of them are behind the point (less than none: zeros)."""
    _, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    if not text:
        return 0, 0
    kept = text.rstrip("0")
    return len(kept), -int(exponent) - (len(text) - len(kept))


def measure_number(text: str) -> Fraction:
    """A limit of a decimal field."""
    if len(text) > _MOST_CHARACTERS or not _NUMBER.fullmatch(text):
        raise ValueError("a number like 12.5")
    return Fraction(Decimal(text))


def measure_integer(text: str) -> Fraction:
    """A limit of a whole number."""
    if len(text) > _MOST_CHARACTERS or not _WHOLE.fullmatch(text):
        raise ValueError("a whole number")
    if abs(int(text)) > SAFE_INTEGER:
        raise ValueError(f"a whole number from -{SAFE_INTEGER} to {SAFE_INTEGER}")
    return Fraction(int(text))


def _measure_rating(text: str) -> Fraction:
    if not _WHOLE.fullmatch(text) or not 0 <= int(text[:9]) <= int(MOST_RATING):
        raise ValueError(f"a whole number from 0 to {MOST_RATING}")
    return Fraction(int(text))


MOST_RATING = "10"
_LIMITS = ("minimum", "maximum")
_KEYS = (*_LIMITS, "step", "default", "autocomplete")

NUMBER_TYPES = (
    # Not type="number": a browser empties it of what is no number, and what was typed is lost.
    FieldType(
        name="integer",
        widget=Widget.INPUT,
        input_type="text",
        input_mode="numeric",
        mapping={"type": "long"},
        keys=_KEYS,
        answer=IntegerAnswer,
        measure=measure_integer,
        least=str(-SAFE_INTEGER),
        most=str(SAFE_INTEGER),
    ),
    # No input_mode="decimal": where a country writes a comma, an iPhone's keyboard for it has that
    # and no point.
    FieldType(
        name="decimal",
        widget=Widget.INPUT,
        input_type="text",
        mapping={"type": "double"},
        keys=_KEYS,
        answer=DecimalAnswer,
        measure=measure_number,
    ),
    FieldType(
        name="rating",
        widget=Widget.RATING,
        mapping={"type": "integer"},
        keys=(*_LIMITS, "default"),
        answer=IntegerAnswer,
        measure=_measure_rating,
        least="1",
        most="5",
    ),
)
