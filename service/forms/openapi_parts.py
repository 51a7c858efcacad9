"""What the description of the interface has in many places, or says of every form alike."""

from collections.abc import Mapping

from service.forms.definition import Form
from service.forms.field_schemas import Schema
from service.submission import MAX_KEY_LENGTH

_STRING: Schema = {"type": "string"}

LANGUAGE: Schema = {
    "name": "lang",
    "in": "query",
    "description": "A language that the form offers, as a BCP 47 tag; otherwise Accept-Language "
    "decides. Any other value counts as none.",
    "schema": {"type": "string"},
    "example": "en",
}
IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Makes a repeat of this request recognisable: the same key with the same "
    "answers is stored once. Printable ASCII.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_KEY_LENGTH,
        "pattern": "^[!-~](?:[ -~]*[!-~])?$",
    },
    "example": "order-1991-0623",
}
_SIGNED = (
    "part of the address that came with the receipt. Without both, a receipt is known only where "
    "and while it is still in the spool."
)
RECEIPT_PARAMETERS: tuple[Schema, ...] = (
    {
        "name": "receipt",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
        "example": "019aac58-8d52-8f3b-9a33-1c7bd2c0ffee",
    },
    {
        "name": "at",
        "in": "query",
        "description": f"The time of receipt; {_SIGNED}",
        "schema": _STRING,
    },
    {
        "name": "sig",
        "in": "query",
        "description": f"The signature of the address; {_SIGNED}",
        "schema": _STRING,
    },
)

LOCATION: Schema = {
    "Location": {
        "description": "The receipt's signed address",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
    }
}
PREFLIGHT: Schema = {
    name: {"description": told, "schema": _STRING}
    for name, told in {
        "Allow": "The methods of this address",
        "Access-Control-Allow-Origin": "The asking origin, where the form names it",
        "Access-Control-Allow-Methods": "What its pages may send besides GET and HEAD",
        "Access-Control-Allow-Headers": "What they may say with it",
    }.items()
}
RETRY_AFTER: Schema = {
    "Retry-After": {
        "description": "Seconds to wait before the same request is sent again",
        "schema": {"type": "integer", "minimum": 1},
    }
}
RATE_LIMIT: Schema = {
    name: {"description": told, "schema": schema}
    for name, told, schema in (
        ("RateLimit-Limit", "What may be sent at once after a rest", {"type": "integer"}),
        ("RateLimit-Policy", "The same, and in how many seconds it is there again", _STRING),
        ("RateLimit-Remaining", "What may be sent at once now", {"type": "integer"}),
        ("RateLimit-Reset", "Seconds until all of it is there again", {"type": "integer"}),
    )
}
_REQUEST_ID: Schema = {
    "X-Request-Id": {
        "description": "Names this request in the log of the service",
        "schema": _STRING,
    }
}

PROBLEM: Schema = {
    "title": "Problem",
    "description": "What was wrong (RFC 9457). The `code` stays; sentences may be reworded.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _STRING,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": _STRING,
        "detail": _STRING,
        "errors": {
            "description": "For invalid answers: what is wrong with each field",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": ["string", "null"]},
                    "code": _STRING,
                    "message": _STRING,
                },
            },
        },
    },
}


def receipt_schema(form: Form, *, with_address: bool = False) -> Schema:
    """What a program is told of a submission to this form."""
    properties: Schema = {
        "receipt": {"type": "string", "format": "uuid"},
        "reference": {
            "description": "The receipt, short enough to be read out",
            "type": "string",
            "examples": ["BK4-TM7-PX2"],
        },
        "form": {"const": form.id},
        "received_at": {"type": "string", "format": "date-time"},
        "status": {"enum": ["received", "delivered", "held"]},
    }
    if with_address:
        properties["status_url"] = {"type": "string", "format": "uri"}
    return {"type": "object", "required": list(properties), "properties": properties}


def answer(
    description: str,
    content: Mapping[str, object] | None = None,
    headers: Mapping[str, object] | None = None,
) -> Schema:
    """A response; every one names its request."""
    told: Schema = {"description": description, "headers": {**_REQUEST_ID, **(headers or {})}}
    return told | ({"content": dict(content)} if content else {})


KNOWN = answer("It is the one that the ETag in If-None-Match names")


def page(media_type: str) -> Schema:
    """A response that is a whole page or description."""
    kind = "string" if media_type == "text/html" else "object"
    return answer("As asked for", {media_type: {"schema": {"type": kind}}})


def reference(section: str, name: str) -> Schema:
    """A reference to a component."""
    return {"$ref": f"#/components/{section}/{name}"}
