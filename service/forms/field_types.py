"""The kinds of field: what each means to the page, the validation and the mapping.

One entry a kind, so that a new one is added in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_EMAIL = 254  # RFC 5321 leaves 254 octets for an address between the angle brackets
MOST_CHARACTERS = 50_000  # a body has 256 KiB, and a character up to four bytes
SORTABLE_LENGTH = 256  # characters of a one-line text that OpenSearch also keeps for sorting


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldType:
    """A kind of field.

    `widget` names the macro that draws it, `input_type` the browser's own type of control.
    `many_lines`: line ends belong to the answer. `analysed`: search looks at its words.
    `mapping` is the field's part of an OpenSearch mapping. `longest` is the limit, in code points,
    of a field that sets none; `hard_limit` the most it may set.
    """

    name: str
    widget: str
    input_type: str | None = None
    many_lines: bool = False
    analysed: bool = False
    mapping: Mapping[str, object]
    longest: int
    hard_limit: int


FIELD_TYPES: Mapping[str, FieldType] = {
    kind.name: kind
    for kind in (
        FieldType(
            name="text",
            widget="input",
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
            widget="textarea",
            many_lines=True,
            analysed=True,
            mapping={"type": "text"},
            longest=10_000,
            hard_limit=MOST_CHARACTERS,
        ),
        FieldType(
            name="email",
            widget="input",
            input_type="email",
            mapping={"type": "keyword"},
            longest=LONGEST_EMAIL,
            hard_limit=LONGEST_EMAIL,
        ),
    )
}
