"""Texts of one line and of several, e-mail addresses, telephone numbers and web addresses."""

import re
from math import inf

from marshmallow import validate

from service.forms import messages
from service.forms.definition import Field, FieldType, Origin, Widget
from service.forms.types.answers import SingleAnswer, refuse

LONGEST_EMAIL = 254  # RFC 5321 leaves 254 octets for an address between the angle brackets
LONGEST_URL = 2_048
LONGEST_TEL = 64
MOST_CHARACTERS = 50_000  # a body has 256 KiB, and a character up to four bytes
SORTABLE_LENGTH = 256  # characters of a one-line text that OpenSearch also keeps for sorting

# C0 and C1 controls but tab and line feed, DEL, and lone surrogates, which no encoding can carry:
# nothing that a person can see or mean.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Digits and what people put between them, then perhaps an extension.
_TEL = re.compile(r"\+?[0-9().*#/-]{3,}(?:(?:ext\.?|x)[0-9]{1,10})?")
_FEWEST_DIGITS = 3
_is_email = validate.Email(error=messages.NOT_EMAIL)
_is_url = validate.URL(schemes={"http", "https"}, error=messages.NOT_URL)


class TextAnswer(SingleAnswer):
    """A text. Its length is checked before anything that takes longer the longer it is."""

    def __init__(self, field: Field, origin: Origin) -> None:
        super().__init__(field, origin)
        self._longest = field.max_length or field.type.longest or inf
        self._shortest = field.min_length or 0
        # Digits and letters of ASCII only, as in the expressions of browsers and JSON Schema.
        self._pattern = re.compile(field.pattern, re.ASCII) if field.pattern else None

    def from_text(self, text: str) -> str:
        text = self.tidy(text)
        if len(text) > self._longest:
            refuse(messages.TOO_LONG)
        if len(text) < self._shortest:
            refuse(messages.TOO_SHORT)
        if _CONTROLS.search(text) or (not self.field.type.many_lines and "\n" in text):
            refuse(messages.CONTROL_CHARACTER)
        self.check_kind(text)
        if self._pattern and not self._pattern.fullmatch(text):
            refuse(messages.PATTERN)
        return text

    def tidy(self, text: str) -> str:
        """The text as it is meant, where that is beyond doubt."""
        return text

    def check_kind(self, text: str) -> None:
        """Raise ValidationError for what is no text of this kind."""


class EmailAnswer(TextAnswer):
    """An e-mail address; its domain in lower case, which changes no meaning (RFC 1035, 2.3.3)."""

    def tidy(self, text: str) -> str:
        local, at, domain = text.rpartition("@")
        return f"{local}{at}{domain.lower()}"

    def check_kind(self, text: str) -> None:
        _is_email(text)


class TelAnswer(TextAnswer):
    """A telephone number without the white space in it."""

    def tidy(self, text: str) -> str:
        # A line end is no slip of a person who writes a number: it stays, and is refused.
        return re.sub(r"[^\S\n]", "", text)

    def check_kind(self, text: str) -> None:
        if not _TEL.fullmatch(text) or sum(map(str.isdigit, text)) < _FEWEST_DIGITS:
            refuse(messages.NOT_TEL)


class UrlAnswer(TextAnswer):
    """A web address, with its http:// or https://."""

    def check_kind(self, text: str) -> None:
        _is_url(text)


_LENGTHS = ("min_length", "max_length", "default", "autocomplete")
_ONE_LINE = (*_LENGTHS, "pattern", "pattern_message")
_KEYWORD = {"type": "keyword"}

TEXT_TYPES = (
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
        keys=_ONE_LINE,
        answer=TextAnswer,
    ),
    FieldType(
        name="textarea",
        widget=Widget.TEXTAREA,
        many_lines=True,
        analysed=True,
        mapping={"type": "text"},
        longest=10_000,
        hard_limit=MOST_CHARACTERS,
        keys=_LENGTHS,
        answer=TextAnswer,
    ),
    FieldType(
        name="email",
        widget=Widget.INPUT,
        input_type="email",
        input_mode="email",
        mapping=_KEYWORD,
        longest=LONGEST_EMAIL,
        hard_limit=LONGEST_EMAIL,
        keys=_ONE_LINE,
        answer=EmailAnswer,
    ),
    FieldType(
        name="tel",
        widget=Widget.INPUT,
        input_type="tel",
        input_mode="tel",
        mapping=_KEYWORD,
        longest=LONGEST_TEL,
        hard_limit=LONGEST_TEL,
        keys=_ONE_LINE,
        answer=TelAnswer,
    ),
    FieldType(
        name="url",
        widget=Widget.INPUT,
        input_type="url",
        input_mode="url",
        mapping=_KEYWORD,
        longest=LONGEST_URL,
        hard_limit=LONGEST_URL,
        keys=_ONE_LINE,
        answer=UrlAnswer,
    ),
)
