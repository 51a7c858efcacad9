"""The sentences about answers that do not fit, by code. The codes are an interface: programs read
them from the JSON errors."""

from service.forms.definition import Field
from service.forms.errors import FieldError

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
    REQUIRED: "Please answer this question.",
    REPEATED: "This was given more than once; please give one answer.",
    CONTROL_CHARACTER: "There is a character in it that cannot be shown; please remove it.",
    TOO_SHORT: "Please write at least {min_length:,} characters.",
    TOO_LONG: "Please write at most {max_length:,} characters.",
    PATTERN: "{pattern_message}",
    NOT_TEXT: "This must be a text.",
    NOT_EMAIL: "Please give an email address like name@example.org.",
    NOT_TEL: "Please give a telephone number like +34 600 123 456.",
    NOT_URL: "Please give a web address like https://example.org/page.",
    NOT_INTEGER: "Please give a whole number like 42.",
    NOT_NUMBER: "Please give a number like 12.5, with a point and no comma.",
    NOT_JSON_NUMBER: "In JSON this must be a number, not a text.",
    TOO_PRECISE: "Please give a number of at most 15 digits.",
    TOO_SMALL: "Please give {minimum} or more.",
    TOO_LARGE: "Please give {maximum} or less.",
    NOT_A_STEP: "Please give a number in steps of {step}, from {base} on.",
    NOT_DATE: "Please give a date that exists, like 1991-06-23.",
    NOT_TIME: "Please give a time of day like 18:30.",
    NOT_BOOLEAN: "This must be true or false.",
    NOT_LIST: "This must be a list of texts.",
    NOT_A_CHOICE: "Please choose from the answers that are offered.",
}
# Where a kind of field says it in other words.
_OWN_TEXTS = {
    ("checkbox", REQUIRED): "Please tick this box to go on.",
    ("checkboxes", REQUIRED): "Please choose at least one.",
    ("radio", REQUIRED): "Please choose one.",
    ("select", REQUIRED): "Please choose one.",
    ("rating", REQUIRED): "Please choose one.",
    ("date", TOO_SMALL): "Please give {minimum} or a later date.",
    ("date", TOO_LARGE): "Please give {maximum} or an earlier date.",
    ("time", TOO_SMALL): "Please give {minimum} or a later time.",
    ("time", TOO_LARGE): "Please give {maximum} or an earlier time.",
}
_ANY_PATTERN = "Please write it in the form that is asked for."


def about_field(field: Field, code: str) -> FieldError:
    """The sentence about one field's answer."""
    text = _OWN_TEXTS.get((field.type.name, code), _TEXTS[code])
    message = text.format(
        min_length=field.min_length or 0,
        max_length=field.max_length or field.type.longest or 0,
        minimum=field.minimum or field.type.least,
        maximum=field.maximum or field.type.most,
        step=field.step,
        base=field.minimum or 0,
        pattern_message=field.pattern_message or _ANY_PATTERN,
    )
    return FieldError(field=field.name, code=code, message=message)


def about_unknown(name: str) -> FieldError:
    """The sentence about a name the form does not have; a long name is cut."""
    return FieldError(
        field=name[:_MOST_NAME_LETTERS],
        code=UNKNOWN_FIELD,
        message="This form has no such field.",
    )
