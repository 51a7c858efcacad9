"""The fields of a form file, in groups or not, or what is wrong with them."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

import yaml

from service.forms.autocomplete import is_autocomplete
from service.forms.definition import Choice, Field, FieldType, Group, Widget, Width
from service.forms.field_options import (
    check_default,
    check_limits,
    check_pattern_of,
    read_choices,
    read_default,
    with_rating_choices,
)
from service.forms.field_types import FIELD_TYPES
from service.forms.yaml_source import Source
from service.submission import KEY_FIELD, SERVICE_FIELDS

COMMON_KEYS = ("name", "type", "label", "help", "required", "width")
FIELD_KEYS = tuple(
    dict.fromkeys((*COMMON_KEYS, *(key for kind in FIELD_TYPES.values() for key in kind.keys)))
)
GROUP_KEYS = ("group", "help", "fields")
MOST_FIELDS = 200
"""Fields of a form, and boxes of its checkboxes: each may come as a value of its own."""

_RESERVED = frozenset({*SERVICE_FIELDS, KEY_FIELD})
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def read_groups(source: Source, node: yaml.Node) -> tuple[Group, ...]:
    """The groups below `fields`; fields in a row that stand in none share one without a legend."""
    names: dict[str, yaml.Node] = {}
    found: list[Group] = []
    items = source.sequence(node, "fields")
    for grouped, run in groupby(items, _is_group):
        if grouped:
            found += [group for item in run for group in _group(source, item, names)]
        else:
            found.append(Group(fields=_fields(source, list(run), names)))
    boxes = sum(
        len(field.choices)
        for group in found
        for field in group.fields
        if field.type.widget is Widget.CHECKBOXES
    )
    if isinstance(node, yaml.SequenceNode) and not items:
        source.reject(node, f"expected 1 to {MOST_FIELDS} fields, found 0")
    elif len(names) + boxes > MOST_FIELDS:
        source.reject(
            node,
            f"expected 1 to {MOST_FIELDS} fields, each box of checkboxes counted as one, "
            f"found {len(names) + boxes}",
        )
    return tuple(found)


def _is_group(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and any(key.value == "group" for key, _ in node.value)


def _group(source: Source, node: yaml.Node, names: dict[str, yaml.Node]) -> Sequence[Group]:
    entries = source.mapping(node, GROUP_KEYS)
    legend = source.words(entries.get("group"))
    if "fields" not in entries:
        source.reject(node, "'fields' is missing")
        return ()
    items = source.sequence(entries["fields"], "fields")
    if isinstance(entries["fields"], yaml.SequenceNode) and not items:
        source.reject(entries["fields"], "a group must have at least one field")
    inner = [item for item in items if _is_group(item)]
    for item in inner:
        source.reject(item, "a group cannot stand in a group; put it beside this one")
    fields = _fields(source, [item for item in items if item not in inner], names)
    return (Group(legend=legend, help=source.words(entries.get("help")), fields=fields),)


def _fields(
    source: Source, items: Sequence[yaml.Node], names: dict[str, yaml.Node]
) -> tuple[Field, ...]:
    fields: list[Field] = []
    for item in items:
        with source.about_field(_name_of(item)):
            field = _field(source, item)
            if field is None:
                continue
            if field.name in names:
                line = names[field.name].start_mark.line + 1
                source.reject(
                    item,
                    f"there is a field {field.name!r} already, in line {line}; "
                    "give it another name",
                )
            names.setdefault(field.name, item)
            fields.append(field)
    return tuple(fields)


def _name_of(node: yaml.Node) -> str | None:
    """The name to call a field by, before anything of it was read."""
    values = node.value if isinstance(node, yaml.MappingNode) else ()
    names = [value.value for key, value in values if key.value == "name"]
    return next((name for name in names if isinstance(name, str) and _FIELD_NAME.match(name)), None)


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
    label = source.words(entries.get("label"))
    required = source.flag(entries.get("required"))
    if kind is not None:
        entries = _taken(source, node, entries, kind)
    if name is None or kind is None or label is None:
        return None
    rating = kind.widget is Widget.RATING
    minimum = source.text(entries.get("minimum")) or (kind.least if rating else None)
    maximum = source.text(entries.get("maximum")) or (kind.most if rating else None)
    width = source.choice(entries.get("width"), tuple(Width))
    text = {key: source.text(entries.get(key)) for key in ("step", "pattern", "autocomplete")}
    words = {key: source.words(entries.get(key)) for key in ("help", "pattern_message")}
    if text["autocomplete"] and not is_autocomplete(text["autocomplete"]):
        source.reject(
            entries["autocomplete"],
            f"{text['autocomplete']!r} is not in HTML's list for autocomplete; "
            "tokens are like name, email, tel, postal-code, bday, or off",
        )
    problems = len(source.problems)
    field = Field(
        name=name,
        type=kind,
        label=label,
        required=required,
        width=Width(width or Width.FULL),
        min_length=source.count(entries.get("min_length"), least=1, most=1_000_000),
        max_length=source.count(entries.get("max_length"), least=1, most=1_000_000) or kind.longest,
        minimum=minimum,
        maximum=maximum,
        choices=_choices(source, node, entries, kind),
        default=read_default(source, entries.get("default"), kind),
        **text,
        **words,
    )
    _check_lengths(source, entries, field)
    check_limits(source, node, entries, field)
    check_pattern_of(source, entries, field)
    if len(source.problems) > problems:
        return field
    field = with_rating_choices(field)
    check_default(source, entries.get("default"), field)
    return field


def _taken(
    source: Source, node: yaml.Node, entries: Mapping[str, yaml.Node], kind: FieldType
) -> Mapping[str, yaml.Node]:
    """The entries that this kind of field takes; the others are noted, at their keys."""
    takes = (*COMMON_KEYS, *kind.keys)
    for key, _ in node.value:
        # A key need not be a text; those that are none were noted when they were read.
        known = isinstance(key, yaml.ScalarNode) and key.value in entries
        if known and key.value not in takes:
            source.reject(
                key, f"{kind.name} takes no {key.value!r}; it takes {', '.join(kind.keys)}"
            )
    return {key: value for key, value in entries.items() if key in takes}


def _choices(
    source: Source, node: yaml.Node, entries: Mapping[str, yaml.Node], kind: FieldType
) -> tuple[Choice, ...]:
    if "choices" not in kind.keys:
        return ()
    if "choices" not in entries:
        source.reject(node, f"'choices' is missing; {kind.name} needs a list of them")
        return ()
    return read_choices(source, entries["choices"])


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
