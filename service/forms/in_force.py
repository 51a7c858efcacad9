"""The forms that are served at this moment. Loading changed files replaces all of them at once."""

from collections.abc import Iterator, Mapping

from service.forms.definition import Form
from service.forms.validation import Validator


class FormsInForce(Mapping[str, Form]):
    """Forms by id, in the order of their files, and the validator of each, compiled once.

    A request sees one state of them as long as it does not await between two looks.
    """

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self.replace(forms)

    def __getitem__(self, form_id: str) -> Form:
        return self._forms[form_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._forms)

    def __len__(self) -> int:
        return len(self._forms)

    def validator(self, form_id: str) -> Validator:
        """What decides about the answers to a form; KeyError where there is none of that id."""
        return self._validators[form_id]

    def replace(self, forms: Mapping[str, Form]) -> None:
        """From now on serve these, and no others."""
        validators = {form.id: Validator(form) for form in forms.values()}
        self._forms, self._validators = dict(forms), validators
