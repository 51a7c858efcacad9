"""The sentences about answers that do not fit, by code. The codes are an interface: programs read
them from the JSON errors."""

from service.forms.definition import Field
from service.forms.errors import FieldError
from service.texts.mark import mark, mark_plural
from service.texts.texts import ENGLISH, Texts

REQUIRED = "required"
REPEATED = "repeated"
UNKNOWN_FIELD = "unknown_field"
CONTROL_CHARACTER = "control_character"
TOO_SHORT = "too_short"
TOO_LONG = "too_long"
PATTERN = "pattern"
NOT_TEXT = "not_text"
NOT_EMAIL = "not_email"
NOT_TEL = "not_tel"
NOT_URL = "not_url"
NOT_INTEGER = "not_integer"
NOT_NUMBER = "not_number"
NOT_JSON_NUMBER = "not_json_number"
TOO_PRECISE = "too_precise"
TOO_SMALL = "too_small"
TOO_LARGE = "too_large"
NOT_A_STEP = "not_a_step"
NOT_DATE = "not_date"
NOT_TIME = "not_time"
NOT_BOOLEAN = "not_boolean"
NOT_LIST = "not_list"
NOT_A_CHOICE = "not_a_choice"

_MOST_NAME_LETTERS = 64

_TEXTS = {
    REQUIRED: mark("Please answer this question."),
    REPEATED: mark("This was given more than once; please give one answer."),
    CONTROL_CHARACTER: mark("There is a character in it that cannot be shown; please remove it."),
    PATTERN: mark("Please write it in the form that is asked for."),
    UNKNOWN_FIELD: mark("This form has no such field."),
    NOT_TEXT: mark("This must be a text."),
    NOT_EMAIL: mark("Please give an email address like name@example.org."),
    NOT_TEL: mark("Please give a telephone number like +34 600 123 456."),
    NOT_URL: mark("Please give a web address like https://example.org/page."),
    NOT_INTEGER: mark("Please give a whole number like 42."),
    NOT_NUMBER: mark("Please give a number like 12.5, with a point and no comma."),
    NOT_JSON_NUMBER: mark("In JSON this must be a number, not a text."),
    TOO_PRECISE: mark("Please give a number of at most 15 digits."),
    TOO_SMALL: mark("Please give %(minimum)s or more."),
    TOO_LARGE: mark("Please give %(maximum)s or less."),
    NOT_A_STEP: mark("Please give a number in steps of %(step)s, from %(base)s on."),
    NOT_DATE: mark("Please give a date that exists, like 1991-06-23."),
    NOT_TIME: mark("Please give a time of day like 18:30."),
    NOT_BOOLEAN: mark("This must be true or false."),
    NOT_LIST: mark("This must be a list of texts."),
    NOT_A_CHOICE: mark("Please choose from the answers that are offered."),
}
_COUNTED_TEXTS = {
    TOO_SHORT: mark_plural(
        "Please write at least %(num)s character.", "Please write at least %(num)s characters."
    ),
    TOO_LONG: mark_plural(
        "Please write at most %(num)s character.", "Please write at most %(num)s characters."
    ),
}
# Where a kind of field says it in other words.
_OWN_TEXTS = {
    ("checkbox", REQUIRED): mark("Please tick this box to go on."),
    ("checkboxes", REQUIRED): mark("Please choose at least one."),
    ("radio", REQUIRED): mark("Please choose one."),
    ("select", REQUIRED): mark("Please choose one."),
    ("rating", REQUIRED): mark("Please choose one."),
    ("date", TOO_SMALL): mark("Please give %(minimum)s or a later date."),
    ("date", TOO_LARGE): mark("Please give %(maximum)s or an earlier date."),
    ("time", TOO_SMALL): mark("Please give %(minimum)s or a later time."),
    ("time", TOO_LARGE): mark("Please give %(maximum)s or an earlier time."),
}


def about_field(field: Field, code: str, texts: Texts = ENGLISH) -> FieldError:
    """The sentence about one field's answer; limits in it stand as an answer is typed."""
    return FieldError(field=field.name, code=code, message=_message(field, code, texts))


def about_unknown(name: str, texts: Texts = ENGLISH) -> FieldError:
    """The sentence about a name the form does not have; a long name is cut."""
    return FieldError(
        field=name[:_MOST_NAME_LETTERS],
        code=UNKNOWN_FIELD,
        message=texts.gettext(_TEXTS[UNKNOWN_FIELD]),
    )


def _message(field: Field, code: str, texts: Texts) -> str:
    if code == PATTERN and field.pattern_message:
        return field.pattern_message
    if code in _COUNTED_TEXTS:
        limit = field.min_length if code == TOO_SHORT else field.max_length or field.type.longest
        return texts.ngettext(*_COUNTED_TEXTS[code], limit or 0)
    return texts.gettext(
        _OWN_TEXTS.get((field.type.name, code), _TEXTS[code]),
        minimum=field.minimum or field.type.least,
        maximum=field.maximum or field.type.most,
        step=field.step,
        base=field.minimum or 0,
    )
