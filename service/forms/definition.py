"""A form, its groups and its fields, as everything else sees them; and what a kind of field is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

import marshmallow

Shown = str | tuple[str, ...]
"""What a control shows: its text, or for checkboxes the values of those that are ticked."""


class ClientAddress(StrEnum):
    """How much of the client's address a form stores."""

    NONE = "none"
    MASKED = "masked"
    FULL = "full"


class Width(StrEnum):
    """How much of a line a field takes where there is room; on a narrow screen all of it."""

    FULL = "full"
    HALF = "half"
    THIRD = "third"


class Direction(StrEnum):
    """Which way a language is written; the values are HTML's for `dir`."""

    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"


class Widget(StrEnum):
    """The macros that draw fields, one a kind of control."""

    INPUT = "input"
    TEXTAREA = "textarea"
    CHECKBOX = "checkbox"
    CHECKBOXES = "checkboxes"
    RADIOS = "radios"
    SELECT = "select"
    RATING = "rating"


class Origin(StrEnum):
    """Where answers come from: a browser sends nothing but texts, JSON has types."""

    BROWSER = "browser"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldType:
    """A kind of field.

    `widget` names the macro that draws it, `input_type` the browser's own type of control,
    `input_mode` the keyboard to show for it. `many_lines`: line ends belong to the answer.
    `analysed`: search looks at its words. `mapping` is the field's part of an OpenSearch mapping.
    `longest` is the limit, in code points, of a text that sets none; `hard_limit` the most it may
    set; both are None where length means nothing.

    `keys` are what its fields take besides what all take. `answer` makes the marshmallow field that
    decides what is valid. `measure` says where a text stands on the type's scale, so that it can be
    compared with limits, and raises ValueError for what stands nowhere; `least` and `most` are the
    limits of a field that sets none.
    """

    name: str
    widget: Widget
    input_type: str | None = None
    input_mode: str | None = None
    many_lines: bool = False
    analysed: bool = False
    mapping: Mapping[str, object]
    longest: int | None = None
    hard_limit: int | None = None
    keys: tuple[str, ...]
    answer: "Callable[[Field, Origin], marshmallow.fields.Field[object]]"
    measure: Callable[[str], Fraction] | None = None
    least: str | None = None
    most: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the answers that are offered: what is stored, and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question. Lengths are in code points, after line ends are normalised to LF.

    `minimum`, `maximum` and `step` are texts in the type's own form: a number, a date, a time.
    `choices` are there for checkboxes, radio, select and, one a step, rating.
    """

    name: str
    type: FieldType
    label: str
    help: str | None = None
    required: bool = False
    width: Width = Width.FULL
    min_length: int | None = None
    max_length: int | None = None
    minimum: str | None = None
    maximum: str | None = None
    step: str | None = None
    pattern: str | None = None
    pattern_message: str | None = None
    choices: tuple[Choice, ...] = ()
    default: Shown | None = None
    autocomplete: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields that belong together; those that stand in no group are in one without a legend."""

    legend: str | None = None
    help: str | None = None
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form file, in one of its languages. `id` names it in addresses, `index` is where its
    documents go.

    `intro` and `thanks` are HTML that was made from Markdown and is safe to show; all other texts
    are plain. `translations` has the same form in every other language that it offers, by tag
    (BCP 47), and is empty in those. `opens_at` and `closes_at` are in milliseconds since the epoch:
    answers are taken from the one on, and before the other. `limit` is how many submissions are
    taken altogether. `cache_seconds` is how long anybody may keep the page; 0 gives each visitor a
    page of their own. Pages of `allowed_origins` may post to it, those of `framed_by` may show its
    pages in a frame; both are canonical. `spam_traps` has the page set traps for programs that
    fill in whatever they find; what goes into one is flagged.
    """

    id: str
    title: str
    index: str
    language: str = "en"
    direction: Direction = Direction.LEFT_TO_RIGHT
    translations: Mapping[str, "Form"] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    client_address: ClientAddress = ClientAddress.NONE
    opens_at: int | None = None
    closes_at: int | None = None
    limit: int | None = None
    cache_seconds: int = 0
    allowed_origins: tuple[str, ...] = ()
    framed_by: tuple[str, ...] = ()
    spam_traps: bool = False
    intro: str | None = None
    thanks: str | None = None
    submit_label: str | None = None
    groups: tuple[Group, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in the order of the page."""
        return tuple(field for group in self.groups for field in group.fields)

    @property
    def languages(self) -> tuple[str, ...]:
        """The tags of the languages it offers, its own first."""
        return (self.language, *self.translations)

    def in_language(self, tag: str) -> "Form":
        """The form in one of `languages`; in its own where it does not offer that one."""
        return self.translations.get(tag, self)
