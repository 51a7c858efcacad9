"""What a form means to OpenSearch: the mapping of its index, and where a search looks."""

from collections.abc import Mapping

from service.forms.definition import Form

_KEYWORD: Mapping[str, object] = {"type": "keyword"}

_SERVICE_PROPERTIES: Mapping[str, Mapping[str, object]] = {
    "form": _KEYWORD,
    "receipt": _KEYWORD,
    # Exactly what `submission.iso_timestamp` writes: date, time, milliseconds, zone.
    "iso_timestamp": {"type": "date", "format": "strict_date_time"},
    "client_ip_addr": {"type": "ip"},
    "is_spam": {"type": "boolean"},
    "spam": _KEYWORD,
    "tags": _KEYWORD,
}


def index_mapping(form: Form) -> dict[str, object]:
    """The mapping of the form's index: our own fields and the answers, nothing besides.

    A fresh copy each time. The format is that of OpenSearch's create-index request.
    """
    properties = {name: dict(mapping) for name, mapping in _SERVICE_PROPERTIES.items()}
    properties.update((field.name, dict(field.type.mapping)) for field in form.fields)
    return {"dynamic": "strict", "properties": properties}


def searchable_fields(form: Form) -> tuple[str, ...]:
    """The names of the answers whose words a search looks at, in the form's order."""
    return tuple(field.name for field in form.fields if field.type.analysed)
