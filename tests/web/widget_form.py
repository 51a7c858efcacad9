"""A form of every type of field, each optional but one of a kind, and an answer to each."""

from collections.abc import Mapping

from service.forms.definition import Field, Form
from service.forms.errors import FieldError
from service.forms.parse import parse_form
from service.forms.raw import Repeated

_TEXT = """
title: Widgets
fields:
  - {name: text, type: text, label: A text, width: half}
  - {name: textarea, type: textarea, label: A long text, max_length: 1234, help: Write.}
  - {name: email, type: email, label: An address, width: third}
  - {name: tel, type: tel, label: A number to call, autocomplete: tel-national}
  - {name: url, type: url, label: A page, required: true}
  - group: Numbers & "moments"
    help: All of <them>.
    fields:
      - {name: integer, type: integer, label: A whole number, minimum: 0, maximum: 9}
      - {name: decimal, type: decimal, label: A number, minimum: -1.5, step: 0.5, help: Any.}
      - {name: date, type: date, label: A day, maximum: 2026-12-31}
      - {name: time, type: time, label: A time, minimum: '09:00', required: true}
  - group: Choices
    fields:
      - {name: checkbox, type: checkbox, label: A box, help: Tick it., required: true}
      - {name: checkboxes, type: checkboxes, label: Some, choices: [b, a, <c> & "d"]}
      - {name: radio, type: radio, label: One, choices: [{value: <x>, label: X & Y}, y]}
      - {name: radio_required, type: radio, label: One of two, choices: [x, y], required: true}
      - {name: select, type: select, label: One in a list, choices: [x, {value: y, label: <Y>}]}
      - {name: select_required, type: select, label: One or other, choices: [x, y], required: true}
      - {name: preset, type: select, label: Preset, choices: [x, y], required: true, default: y}
      - {name: rating, type: rating, label: How good, required: true}
      - {name: scale, type: rating, label: How likely, minimum: 0, maximum: 10}
"""


def _parse() -> Form:
    form, problems = parse_form(_TEXT, file="widgets.yaml", default_id="widgets")
    assert form is not None, problems
    return form


WIDGETS = _parse()
FIELDS: Mapping[str, Field] = {field.name: field for field in WIDGETS.fields}

# What a browser would send, valid or not: all of it must be shown again.
SENT: Mapping[str, str | Repeated] = {
    "text": 'a "quoted" <b>',
    "textarea": "\none\n\ntwo & three",
    "email": "ada at example",
    "tel": " +34 600 123 456",
    "url": "example.org",
    "integer": "1,000",
    "decimal": "3,5",
    "date": "the day before yesterday",
    "time": "25:00",
    "checkbox": "true",
    "checkboxes": Repeated(["a", '<c> & "d"']),
    "radio": "<x>",
    "radio_required": "y",
    "select": "y",
    "select_required": "x",
    "preset": "x",
    "rating": "4",
    "scale": "0",
}
WRONG = tuple(
    FieldError(field=name, code="odd", message=f"Please <mend> {name}.") for name in FIELDS
)

LINES = ("text", "email", "tel", "url", "integer", "decimal", "date", "time")
SINGLE = (*LINES, "textarea", "checkbox", "select", "select_required", "preset")
RADIOS = ("radio", "radio_required", "rating", "scale")
SEVERAL = (*RADIOS, "checkboxes")
