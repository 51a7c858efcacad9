"""From the text of a form file to its definition, or to everything that is wrong with it."""

import re
from dataclasses import replace

import yaml

from service.forms.definition import ClientAddress, Form
from service.forms.hours import HOURS_KEYS, read_hours
from service.forms.languages import LANGUAGE_KEYS, Directions, packaged_directions, read_languages
from service.forms.markdown import MarkdownError, markdown_to_html
from service.forms.origins import ORIGIN_KEYS, read_origins
from service.forms.parse_fields import read_groups
from service.forms.yaml_source import Problem, Source

FORM_KEYS = (
    "id",
    "title",
    "index",
    *LANGUAGE_KEYS,
    "tags",
    "client_address",
    *HOURS_KEYS,
    "limit",
    "cache_seconds",
    *ORIGIN_KEYS,
    "spam_traps",
    "intro",
    "thanks",
    "submit_label",
    "fields",
)
HIGHEST_LIMIT = 10**9
LONGEST_CACHE = 86_400
"""Seconds; a page that was changed is everywhere after a day at the latest."""

FORM_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
# OpenSearch's own rules for index names, less what only looks like a name (`.` and `..`).
_INDEX = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}")


def parse_form(
    text: str, *, file: str, default_id: str, known: Directions | None = None
) -> tuple[Form | None, tuple[Problem, ...]]:
    """The form a file defines, or None and what is wrong with it, all at once.

    `file` is the name used in problems, `default_id` the id of a form that names none, `known` are
    the languages that a form may be in, those of the package unless given.
    """
    source = Source(file)
    root = source.parse(text)
    if root is None:
        return None, tuple(source.problems)
    entries = source.mapping(root, FORM_KEYS)
    offered = read_languages(source, entries, known or packaged_directions())
    problems = dict.fromkeys(source.problems)
    forms: dict[str, Form] = {}
    for tag, direction in offered.items():
        source = Source(file, tuple(offered), tag)
        form = _form(source, root, default_id) if entries else None
        problems |= dict.fromkeys(source.problems)
        if form is not None:
            forms[tag] = replace(form, language=tag, direction=direction)
    if problems:
        return None, tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    own, *others = forms.values()
    return replace(own, translations={form.language: form for form in others}), ()


def _form(source: Source, root: yaml.Node, default_id: str) -> Form:
    entries = source.mapping(root, FORM_KEYS)
    form_id = source.text(entries.get("id")) or default_id
    if not FORM_ID.fullmatch(form_id):
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
    opens_at, closes_at = read_hours(source, entries)
    tags = tuple(source.text(node) for node in source.sequence(entries.get("tags"), "texts"))
    return Form(
        id=form_id,
        title=source.words(entries.get("title")) or "",
        index=index,
        tags=tuple(tag for tag in tags if tag),
        client_address=ClientAddress(policy or ClientAddress.NONE),
        opens_at=opens_at,
        closes_at=closes_at,
        limit=source.count(entries.get("limit"), least=1, most=HIGHEST_LIMIT),
        cache_seconds=source.count(entries.get("cache_seconds"), least=0, most=LONGEST_CACHE) or 0,
        allowed_origins=read_origins(source, entries.get("allowed_origins"), "allowed_origins"),
        framed_by=read_origins(source, entries.get("framed_by"), "framed_by"),
        spam_traps=source.flag(entries.get("spam_traps")),
        intro=_html(source, entries.get("intro")),
        thanks=_html(source, entries.get("thanks")),
        submit_label=source.words(entries.get("submit_label")),
        groups=groups,
    )


def _html(source: Source, node: yaml.Node | None) -> str | None:
    text = source.words(node)
    if node is None or text is None:
        return None
    try:
        return markdown_to_html(text)
    except MarkdownError as error:
        source.reject(source.place_of_words(node), str(error))
        return None
