"""How a form differs from the index it has: what a start adds, and what needs a reindex. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.opensearch.index_plan import describe, fits

_ANALYSIS = ("analyzer", "search_analyzer", "normalizer")


class Change(StrEnum):
    """What became of a field between the form and its index."""

    SAME = "same"
    NEW = "new"
    REMOVED = "removed"
    FOREIGN = "foreign"
    REINDEX = "reindex"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One field; `form` and `index` say what each makes of it, None where it has no such field."""

    name: str
    change: Change
    form: str | None
    index: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDifference:
    """A form's index. `live` is its own name, another where `index` is an alias, and None where
    there is none yet. `dynamic` is what it does with fields that it does not know."""

    form: str
    index: str
    live: str | None
    dynamic: str | None
    fields: tuple[FieldDifference, ...]

    @property
    def needs_reindex(self) -> bool:
        """Whether a field must be stored in another way than the index can."""
        return any(field.change is Change.REINDEX for field in self.fields)


def compare(
    *,
    form: str,
    index: str,
    wanted: Mapping[str, Any],
    live: str | None,
    existing: Mapping[str, Any],
    template: Mapping[str, Any] | None,
) -> IndexDifference:
    """Compare the mapping that a form wants with an existing one, as a start would.

    The template tells fields that the form had once from those it never had: it loses none.
    """
    present = existing.get("properties", {})
    template_mapping = ((template or {}).get("template") or {}).get("mappings") or {}
    ever = template_mapping.get("properties", {})
    fields = [
        _compare_field(name, ours, present.get(name)) for name, ours in wanted["properties"].items()
    ]
    fields += [
        FieldDifference(
            name=name,
            change=Change.REMOVED if name in ever else Change.FOREIGN,
            form=None,
            index=_describe(theirs),
        )
        for name, theirs in present.items()
        if name not in wanted["properties"]
    ]
    dynamic = None if live is None else str(existing.get("dynamic", "true")).lower()
    return IndexDifference(form=form, index=index, live=live, dynamic=dynamic, fields=tuple(fields))


def _compare_field(
    name: str, ours: Mapping[str, Any], theirs: Mapping[str, Any] | None
) -> FieldDifference:
    if theirs is None:
        change = Change.NEW
    elif fits(ours, theirs) and all(
        ours[key] == theirs.get(key) for key in _ANALYSIS if key in ours
    ):
        change = Change.SAME
    else:
        change = Change.REINDEX
    index = None if theirs is None else _describe(theirs)
    return FieldDifference(name=name, change=change, form=_describe(ours), index=index)


def _describe(property_: Mapping[str, Any]) -> str:
    analysis = "".join(f", {key} {property_[key]}" for key in _ANALYSIS if key in property_)
    return describe(property_) + analysis
