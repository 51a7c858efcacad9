"""The sentences about answers that do not fit, by code. The codes are an interface: programs read
them from the JSON errors."""

from service.forms.definition import Field
from service.forms.errors import FieldError

REQUIRED = "required"
TOO_SHORT = "too_short"
TOO_LONG = "too_long"
NOT_TEXT = "not_text"
NOT_EMAIL = "not_email"
CONTROL_CHARACTER = "control_character"
REPEATED = "repeated"
UNKNOWN_FIELD = "unknown_field"

_MOST_NAME_LETTERS = 64


def about_field(field: Field, code: str) -> FieldError:
    """The sentence about one field's answer."""
    texts = {
        REQUIRED: "Please answer this question.",
        TOO_SHORT: f"Please write at least {field.min_length:,} characters."
        if field.min_length is not None
        else "",
        TOO_LONG: f"Please write at most {field.max_length:,} characters."
        if field.max_length is not None
        else "",
        NOT_TEXT: "This must be a text.",
        NOT_EMAIL: "Please give an email address like name@example.org.",
        CONTROL_CHARACTER: "There is a character in it that cannot be shown; please remove it.",
        REPEATED: "This was given more than once; please give one answer.",
    }
    return FieldError(field=field.name, code=code, message=texts[code])


def about_unknown(name: str) -> FieldError:
    """The sentence about a name the form does not have; a long name is cut."""
    return FieldError(
        field=name[:_MOST_NAME_LETTERS],
        code=UNKNOWN_FIELD,
        message="This form has no such field.",
    )
