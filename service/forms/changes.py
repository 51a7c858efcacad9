"""What became other between two sets of forms. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.forms.definition import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChanges:
    """The ids of the forms that are new, gone, or not as they were."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def compare_forms(before: Mapping[str, Form], after: Mapping[str, Form]) -> FormChanges:
    """What happened to the forms of before."""
    return FormChanges(
        added=tuple(form_id for form_id in after if form_id not in before),
        removed=tuple(form_id for form_id in before if form_id not in after),
        changed=tuple(
            form_id
            for form_id, form in after.items()
            if form_id in before and before[form_id] != form
        ),
    )
