"""A form's submissions as JSON Schema 2020-12.

Whatever validation accepts, the schema accepts. It is looser in these only, which JSON Schema, or
the arithmetic of its readers, cannot say; `$comment` tells of them where they apply:

- Texts that are stored differently from how they are sent have no limits of length: those with
  white space around them, which is left out; those with a carriage return, which becomes a line
  feed; telephone numbers with white space in them; an email address with a letter in its domain
  that is longer in lower case.
- Email addresses and telephone numbers are compared with a form's own pattern only where their
  white space, and the domain's letters, are as they are stored.
- Decimal numbers without a step: how many digits matter.
- Steps that do not begin at a multiple of themselves, or have no end as binary fractions, like 0.1.
- Which characters beyond ASCII are digits, in the numbers of a web or email address's host.
- Dates are asked for their limits and their format, which says how many days a month has; many
  readers only look at formats when told to. Those with white space around them are not even then.
- A list names each choice as often as it likes, and is stored with each once.
"""

from service.forms.definition import Form, Origin
from service.forms.examples import example_answers
from service.forms.field_schemas import Schema, field_schema
from service.submission import KEY_FIELD

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(form: Form) -> Schema:
    """The schema of a submission in JSON; titles and descriptions are in the form's language."""
    return {"$schema": DIALECT, **submission_schema(form, Origin.JSON)}


def submission_schema(form: Form, origin: Origin) -> Schema:
    """The schema of a submission in JSON, or of the texts that a browser sends, by name."""
    properties: Schema = {field.name: field_schema(field, origin) for field in form.fields}
    properties[KEY_FIELD] = {
        "title": "Submission key",
        "description": "Makes a repeat recognisable, where there is no Idempotency-Key. "
        "It never refuses a submission: what is no text, or an empty one, counts as none.",
    }
    required = [field.name for field in form.fields if field.required]
    example = example_answers(form, origin)
    return {
        "title": form.title,
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": False,
        **({} if example is None else {"examples": [example]}),
    }
