"""The kinds of field: what each means to the page, the validation and the mapping.

One entry a kind, so that a new one is added in one place.
"""

from collections.abc import Mapping

from service.forms.definition import FieldType, Widget

LONGEST_EMAIL = 254  # RFC 5321 leaves 254 octets for an address between the angle brackets
LONGEST_URL = 2_048
LONGEST_NUMBER = 64
MOST_CHARACTERS = 50_000  # a body has 256 KiB, and a character up to four bytes
SORTABLE_LENGTH = 256  # characters of a one-line text that OpenSearch also keeps for sorting

_KEYWORD = {"type": "keyword"}

FIELD_TYPES: Mapping[str, FieldType] = {
    kind.name: kind
    for kind in (
        FieldType(
            name="text",
            widget=Widget.INPUT,
            input_type="text",
            analysed=True,
            mapping={
                "type": "text",
                "fields": {"keyword": {"type": "keyword", "ignore_above": SORTABLE_LENGTH}},
            },
            longest=1_000,
            hard_limit=MOST_CHARACTERS,
        ),
        FieldType(
            name="textarea",
            widget=Widget.TEXTAREA,
            many_lines=True,
            analysed=True,
            mapping={"type": "text"},
            longest=10_000,
            hard_limit=MOST_CHARACTERS,
        ),
        FieldType(
            name="email",
            widget=Widget.INPUT,
            input_type="email",
            input_mode="email",
            mapping=_KEYWORD,
            longest=LONGEST_EMAIL,
            hard_limit=LONGEST_EMAIL,
        ),
        FieldType(
            name="tel",
            widget=Widget.INPUT,
            input_type="tel",
            input_mode="tel",
            mapping=_KEYWORD,
            longest=LONGEST_NUMBER,
            hard_limit=LONGEST_NUMBER,
        ),
        FieldType(
            name="url",
            widget=Widget.INPUT,
            input_type="url",
            input_mode="url",
            mapping=_KEYWORD,
            longest=LONGEST_URL,
            hard_limit=LONGEST_URL,
        ),
        # Not type="number": a browser empties it of what is no number, and what was typed is lost.
        FieldType(
            name="integer",
            widget=Widget.INPUT,
            input_type="text",
            input_mode="numeric",
            mapping={"type": "long"},
        ),
        FieldType(
            name="decimal",
            widget=Widget.INPUT,
            input_type="text",
            input_mode="decimal",
            mapping={"type": "double"},
        ),
        FieldType(
            name="date",
            widget=Widget.INPUT,
            input_type="date",
            mapping={"type": "date", "format": "strict_date"},
        ),
        FieldType(name="time", widget=Widget.INPUT, input_type="time", mapping=_KEYWORD),
        FieldType(name="checkbox", widget=Widget.CHECKBOX, mapping={"type": "boolean"}),
        FieldType(name="checkboxes", widget=Widget.CHECKBOXES, mapping=_KEYWORD),
        FieldType(name="radio", widget=Widget.RADIOS, mapping=_KEYWORD),
        FieldType(name="select", widget=Widget.SELECT, mapping=_KEYWORD),
        FieldType(name="rating", widget=Widget.RATING, mapping={"type": "integer"}),
    )
}
