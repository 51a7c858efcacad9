"""From the text of a form file to its definition, or to everything that is wrong with it."""

import re

import yaml

from service.forms.definition import ClientAddress, Form
from service.forms.parse_fields import read_groups
from service.forms.yaml_source import Problem, Source

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
_FORM_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
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
    groups = read_groups(source, entries["fields"]) if "fields" in entries else ()
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
        submit_label=source.text(entries.get("submit_label")),
        groups=groups,
    )
