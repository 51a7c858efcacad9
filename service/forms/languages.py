"""The languages that a form file says it is in."""

from collections.abc import Mapping
from functools import cache

import yaml

from service.forms.definition import Direction
from service.forms.yaml_source import Source
from service.texts.catalogue import Catalogue
from service.texts.load import load_catalogue

LANGUAGE_KEYS = ("language", "languages", "direction")
OWN_LANGUAGE = "en"
"""The language of a form that names none."""

Directions = Mapping[str, Direction]
"""Languages by tag (BCP 47), and which way each is written."""


def directions_of(catalogue: Catalogue) -> Directions:
    """The languages that a form may be in: those in which the service itself can speak."""
    return {tag: Direction(catalogue.texts(tag).direction) for tag in catalogue.tags}


@cache
def packaged_directions() -> Directions:
    """The languages of the package."""
    return directions_of(load_catalogue())


def read_languages(
    source: Source, entries: Mapping[str, yaml.Node], known: Directions
) -> Directions:
    """The languages that the form offers, its own first."""
    if "language" in entries and "languages" in entries:
        source.reject(
            entries["languages"],
            "there are 'language' and 'languages'; keep one of them: 'language' for a form in one "
            "language, 'languages' for a form in several",
        )
    tags = _several(source, entries["languages"], known) if "languages" in entries else []
    if not tags:
        tags = [source.choice(entries.get("language"), known.keys()) or OWN_LANGUAGE]
    offered = {tag: known[tag] for tag in tags}
    direction = source.choice(entries.get("direction"), tuple(Direction))
    if direction is not None and len(offered) > 1:
        source.reject(
            entries["direction"],
            "'direction' is for a form in one language; leave it out, as each language has its own",
        )
    elif direction is not None:
        offered[tags[0]] = Direction(direction)
    return offered


def _several(source: Source, node: yaml.Node, known: Directions) -> list[str]:
    tags: list[str] = []
    items = source.sequence(node, "languages, like [en, es]")
    if isinstance(node, yaml.SequenceNode) and not items:
        source.reject(node, "'languages' is empty; write it like [en, es], or leave it out")
    for item in items:
        tag = source.choice(item, known.keys())
        if tag in tags:
            source.reject(item, f"{tag!r} stands here twice; keep one of them")
        elif tag is not None:
            tags.append(tag)
    return tags
