"""Dates and times of day, as ISO 8601 writes them and browsers send them."""

import re
from datetime import date, time
from fractions import Fraction

from service.forms import messages
from service.forms.definition import Field, FieldType, Origin, Widget
from service.forms.types.answers import Scale, SingleAnswer, refuse

# Python takes more of ISO 8601 than this; OpenSearch and the browsers do not.
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")


def measure_date(text: str) -> Fraction:
    """The day's number."""
    try:
        day = date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        raise ValueError("a date like 1991-06-23") from None
    return Fraction(day.toordinal())


def measure_time(text: str) -> Fraction:
    """Seconds since midnight."""
    try:
        moment = time.fromisoformat(text if _TIME.fullmatch(text) else "")
    except ValueError:
        raise ValueError("a time like 18:30 or 18:30:15") from None
    return Fraction(moment.hour * 3600 + moment.minute * 60 + moment.second)


class MomentAnswer(SingleAnswer):
    """A moment, kept as the text it was sent as."""

    code: str

    def __init__(self, field: Field, origin: Origin) -> None:
        super().__init__(field, origin)
        self._scale = Scale(field)

    def from_text(self, text: str) -> str:
        try:
            place = self._scale.place(text)
        except ValueError:
            refuse(self.code)
        self._scale.check(place)
        return text


class DateAnswer(MomentAnswer):
    """A day: 1991-06-23."""

    code = messages.NOT_DATE


class TimeAnswer(MomentAnswer):
    """A time of day without a zone: 18:30, or 18:30:15 where seconds were sent."""

    code = messages.NOT_TIME


_KEYS = ("minimum", "maximum", "default", "autocomplete")

# Not type="date" and type="time": a browser sends nothing for what it takes for incomplete, so that
# an optional answer would be lost without a word, and no page could show again what was typed.
MOMENT_TYPES = (
    FieldType(
        name="date",
        widget=Widget.INPUT,
        input_type="text",
        mapping={"type": "date", "format": "strict_date"},
        keys=_KEYS,
        answer=DateAnswer,
        measure=measure_date,
    ),
    # A time of day is no moment that OpenSearch's dates could hold.
    FieldType(
        name="time",
        widget=Widget.INPUT,
        input_type="text",
        mapping={"type": "keyword"},
        keys=_KEYS,
        answer=TimeAnswer,
        measure=measure_time,
    ),
)
