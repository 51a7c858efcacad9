"""From the text of a form file to its definition, or to everything that is wrong with it."""

import re
from collections.abc import Mapping

import yaml

from service.forms.definition import ClientAddress, Field, Form, Group
from service.forms.field_types import FIELD_TYPES
from service.forms.yaml_source import Problem, Source
from service.submission import KEY_FIELD, SERVICE_FIELDS

FORM_KEYS = (
    "id",
    "title",
    "index",
    "tags",
    "client_address",
    "intro",
    "thanks",
    "submit_label",
    "fields",
)
FIELD_KEYS = (
    "name",
    "type",
    "label",
    "help",
    "required",
    "min_length",
    "max_length",
    "default",
    "autocomplete",
)
MOST_FIELDS = 200

_RESERVED = frozenset({*SERVICE_FIELDS, KEY_FIELD})
_FORM_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
# OpenSearch's own rules for index names, less what only looks like a name (`.` and `..`).
_INDEX = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}")


def parse_form(text: str, *, file: str, default_id: str) -> tuple[Form | None, tuple[Problem, ...]]:
    """The form a file defines, or None and what is wrong with it, all at once.

    `file` is the name used in problems, `default_id` the id of a form that names none.
    """
    source = Source(file)
    root = source.parse(text)
    form = None if root is None else _form(source, root, default_id)
    return (None if source.problems else form), tuple(source.problems)


def _form(source: Source, root: yaml.Node, default_id: str) -> Form | None:
    entries = source.mapping(root, FORM_KEYS)
    if not entries:
        return None
    form_id = source.text(entries.get("id")) or default_id
    if not _FORM_ID.fullmatch(form_id):
        source.reject(
            entries.get("id", root),
            f"the form's id is {form_id!r}; it must be up to 64 of a-z, 0-9 and -, "
            "and begin with a letter or digit (name the file so, or set id)",
        )
    index = source.text(entries.get("index")) or f"forms-{form_id}"
    if not _INDEX.fullmatch(index):
        source.reject(
            entries.get("index", root),
            f"{index!r} is no index name; it must be up to 128 of a-z, 0-9, '.', '_' and '-', "
            "and begin with a letter or digit",
        )
    for key in ("title", "fields"):
        if key not in entries:
            source.reject(root, f"{key!r} is missing")
    fields = _fields(source, entries["fields"]) if "fields" in entries else ()
    policy = source.choice(entries.get("client_address"), tuple(ClientAddress))
    tags = tuple(source.text(node) for node in source.sequence(entries.get("tags"), "texts"))
    return Form(
        id=form_id,
        title=source.text(entries.get("title")) or "",
        index=index,
        tags=tuple(tag for tag in tags if tag),
        client_address=ClientAddress(policy or ClientAddress.NONE),
        intro=source.text(entries.get("intro")),
        thanks=source.text(entries.get("thanks")),
        submit_label=source.text(entries.get("submit_label")) or "Send",
        groups=(Group(fields=fields),),
    )


def _fields(source: Source, node: yaml.Node) -> tuple[Field, ...]:
    items = source.sequence(node, "fields")
    if isinstance(node, yaml.SequenceNode) and not 1 <= len(items) <= MOST_FIELDS:
        source.reject(node, f"expected 1 to {MOST_FIELDS} fields, found {len(items)}")
    fields: list[Field] = []
    for item in items:
        field = _field(source, item)
        if field is None:
            continue
        if any(field.name == other.name for other in fields):
            source.reject(item, f"there is a field {field.name!r} already; give it another name")
        fields.append(field)
    return tuple(fields)


def _field(source: Source, node: yaml.Node) -> Field | None:
    entries = source.mapping(node, FIELD_KEYS)
    if not entries:
        return None
    for key in ("name", "type", "label"):
        if key not in entries:
            source.reject(node, f"{key!r} is missing")
    name = source.text(entries.get("name"))
    if name is not None:
        _check_name(source, entries["name"], name)
    kind = FIELD_TYPES.get(source.choice(entries.get("type"), FIELD_TYPES.keys()) or "")
    label = source.text(entries.get("label"))
    required = source.flag(entries.get("required"))
    if name is None or kind is None or label is None:
        return None
    longest = source.count(entries.get("max_length"), least=1, most=1_000_000)
    field = Field(
        name=name,
        type=kind,
        label=label,
        help=source.text(entries.get("help")),
        required=required,
        min_length=source.count(entries.get("min_length"), least=1, most=1_000_000),
        max_length=longest or kind.longest,
        default=source.text(entries.get("default")),
        autocomplete=source.text(entries.get("autocomplete")),
    )
    _check_lengths(source, entries, field)
    return field


def _check_name(source: Source, node: yaml.Node, name: str) -> None:
    if name in _RESERVED:
        source.reject(
            node,
            f"{name!r} is a name the service uses itself; choose another, like '{name}_answer'",
        )
    elif not _FIELD_NAME.fullmatch(name):
        source.reject(
            node,
            f"{name!r} is no field name; it must be up to 64 of a-z, 0-9 and _, "
            "and begin with a letter",
        )


def _check_lengths(source: Source, entries: Mapping[str, yaml.Node], field: Field) -> None:
    if field.max_length is None or field.type.hard_limit is None:
        return
    if field.min_length is not None and field.min_length > field.max_length:
        source.reject(
            entries["min_length"],
            f"min_length is {field.min_length}, more than max_length ({field.max_length})",
        )
    if field.max_length > field.type.hard_limit:
        source.reject(
            entries["max_length"],
            f"max_length is {field.max_length}; {field.type.name} takes at most "
            f"{field.type.hard_limit}",
        )
