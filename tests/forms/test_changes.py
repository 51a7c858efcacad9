"""What became other between two sets of forms."""

from dataclasses import replace

from service.forms.changes import FormChanges, compare_forms
from service.forms.in_force import FormsInForce
from tests.web.public_site import quiz


def test_new_gone_and_changed_forms_are_told_apart() -> None:
    before = {form_id: quiz(form_id) for form_id in ("same", "gone", "other")}
    after = {form_id: quiz(form_id) for form_id in ("same", "other", "new")}
    after["other"] = replace(after["other"], limit=3)
    assert compare_forms(before, after) == FormChanges(
        added=("new",), removed=("gone",), changed=("other",)
    )


def test_forms_and_their_validators_are_replaced_together() -> None:
    forms = FormsInForce({"one": quiz("one")})
    before = forms.state
    forms.replace({"two": quiz("two")})
    assert list(forms) == ["two"]
    assert forms.validator("two")
    assert list(before.forms) == list(before.validators) == ["one"]
