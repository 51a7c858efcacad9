"""The forms of the tests: one text that has every type of field, under several names and terms."""

from collections.abc import Mapping
from pathlib import Path

EVERY_TYPE = "every-type"
HELD = "held"
CLOSED = "closed"
NOT_YET_OPEN = "not-yet-open"
FULL = "full"
GONE = "gone"
FOR_MANY = "for-many"

_TERMS: Mapping[str, str] = {
    EVERY_TYPE: "closes: 2999-12-31T23:59:59Z\nspam_traps: true",
    HELD: "",
    CLOSED: "closes: 2020-02-29T12:00:00Z",
    NOT_YET_OPEN: "opens: 2999-12-31T12:00:00Z",
    FULL: "limit: 1",
    GONE: "",
    FOR_MANY: "cache_seconds: 300",
}

_TEXT = """\
title: {en: The retro games fair, es: La feria de juegos retro, ar-XB: The retro games fair}
languages: [en, es, ar-XB]
intro: |
  Two days of **consoles**, with [a programme](https://example.org/programme).

  - Saturday
  - Sunday
thanks: See you *there*.
fields:
  - {name: text, type: text, label: Member code, help: 'Like AB-1234.', max_length: 9,
     pattern: '[A-Z]{2}-[0-9]{4}', pattern_message: Two capital letters, width: half}
  - {name: email, type: email, label: Email address, required: true, width: half}
  - {name: textarea, type: textarea, label: 'Anything to say?', required: true, max_length: 300}
  - group: About you
    help: Only to write to you.
    fields:
      - {name: tel, type: tel, label: Telephone, width: third}
      - {name: url, type: url, label: Your page, width: third}
      - {name: integer, type: integer, label: People, minimum: 0, maximum: 5, width: third}
      - {name: decimal, type: decimal, label: Kilograms, minimum: 0, step: 0.5, width: third}
      - {name: date, type: date, label: Date of birth, maximum: 2026-12-31, autocomplete: bday}
      - {name: time, type: time, label: Arrival, minimum: 09:00, maximum: '20:00'}
  - {name: radio, type: radio, label: Ticket, required: true, choices: [One day, Both days]}
  - {name: checkboxes, type: checkboxes, label: 'What to play?', required: true,
     choices: [Sega Genesis, Super Nintendo, Neo Geo]}
  - {name: select, type: select, label: 'Which country?', required: true, choices: [Spain, France]}
  - {name: rating, type: rating, label: 'How was it?', help: 'From 1, bad, to 5.', required: true}
  - {name: checkbox, type: checkbox, label: I have read the rules, required: true}
"""

TYPED: Mapping[str, str] = {
    "text": "AB-1234",
    "email": "ada@example.org",
    "textarea": "Sega.\nOf course.",
    "tel": "+34 600 123 456",
    "url": "https://example.org/ada",
    "integer": "2",
    "decimal": "1.5",
    "date": "1991-06-23",
    "time": "18:30",
}
"""What is good in the controls one types into, by field."""

WRONG: Mapping[str, str] = {
    "text": "no code",
    "email": "ada at example",
    "textarea": "x" * 301,
    "tel": "call me",
    "url": "my page",
    "integer": "1.5",
    "decimal": "0.3",
    "date": "yesterday",
    "time": "25:00",
}
"""And what is not; what one chooses from is wrong where nothing is chosen."""

SENT: Mapping[str, str] = {
    **TYPED,
    "radio": "One day",
    "checkboxes": "Neo Geo",
    "select": "Spain",
    "rating": "4",
    "checkbox": "true",
}
"""Good answers as a browser sends them."""


def write_forms(folder: Path) -> str:
    """All of them as files in a folder; its path, as a setting wants it."""
    folder.mkdir(parents=True)
    for name, terms in _TERMS.items():
        (folder / f"{name}.yaml").write_text(f"{_TEXT}{terms}\n")
    return str(folder)
