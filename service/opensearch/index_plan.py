"""What an index lacks to take a form's documents: decided here, done in `indexes`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Above the 0 and 100 that templates of others usually have. The pattern is one exact name, so
# it can stand in the way of nothing else.
TEMPLATE_PRIORITY = 500

# OpenSearch's default for dates, and the lenient relative of it: both take any ISO 8601 moment.
_ISO_FORMATS = frozenset({"strict_date_optional_time", "date_optional_time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What separates an existing mapping from the one wanted.

    `missing` are the properties to add, `conflicts` sentences about those that differ.
    """

    missing: Mapping[str, Any]
    conflicts: tuple[str, ...]


def find_gap(wanted: Mapping[str, Any], existing: Mapping[str, Any]) -> Gap:
    """Compare two mappings, by what their fields take; existing fields may have more to them."""
    present = existing.get("properties", {})
    missing: dict[str, Any] = {}
    conflicts: list[str] = []
    for name, ours in wanted["properties"].items():
        if name not in present:
            missing[name] = ours
        elif not fits(ours, present[name]):
            conflicts.append(
                f"field {name} is {describe(present[name])}, not {describe(ours)}",
            )
    return Gap(missing=missing, conflicts=tuple(conflicts))


def template_name(index: str) -> str:
    """The name of the index template that belongs to an index."""
    return f"formwell-{index}"


def new_template(index: str, mapping: Mapping[str, Any]) -> dict[str, Any]:
    """A template for exactly this index.

    Shards and replicas are left to the cluster: it knows how many nodes and zones it has, and
    some (AWS with standby, Serverless) refuse a number of ours.
    """
    return {
        "index_patterns": [index],
        "priority": TEMPLATE_PRIORITY,
        "template": {"mappings": mapping},
    }


def extend_template(
    existing: Mapping[str, Any], mapping: Mapping[str, Any]
) -> dict[str, Any] | None:
    """An existing template with the new fields in it; None when it has them all."""
    template = existing.get("template") or {}
    mappings = template.get("mappings") or {}
    missing = find_gap(mapping, mappings).missing
    if not missing:
        return None
    properties = {**mappings.get("properties", {}), **missing}
    return {
        **existing,
        "template": {**template, "mappings": {**mappings, "properties": properties}},
    }


def fits(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Whether an existing field takes what a form sends; it may have more to it."""
    if _type(ours) != _type(theirs):
        return False
    if "format" not in ours or "format" not in theirs:
        return True
    alternatives = frozenset(theirs["format"].split("||"))
    return ours["format"] in alternatives or not alternatives.isdisjoint(_ISO_FORMATS)


def describe(property_: Mapping[str, Any]) -> str:
    """A field of a mapping in a few words."""
    if "format" in property_:
        return f"{_type(property_)} ({property_['format']})"
    return _type(property_)


def _type(property_: Mapping[str, Any]) -> str:
    return str(property_.get("type", "object"))
