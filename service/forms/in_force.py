"""The forms that are served at this moment. Loading changed files replaces all of them at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.forms.definition import Form
from service.forms.validation import Validator


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledForms:
    """Forms by id, and the validator of each."""

    forms: Mapping[str, Form]
    validators: Mapping[str, Validator]


def compile_forms(forms: Mapping[str, Form]) -> CompiledForms:
    """Make the forms' validators. That takes time: not on the loop, where requests wait for it."""
    return CompiledForms(
        forms=dict(forms), validators={form.id: Validator(form) for form in forms.values()}
    )


class FormsInForce(Mapping[str, Form]):
    """Forms by id, in the order of their files, and the validator of each, compiled once.

    A request sees one state of them as long as it does not await between two looks.
    """

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self.replace(compile_forms(forms))

    def __getitem__(self, form_id: str) -> Form:
        return self._compiled.forms[form_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._compiled.forms)

    def __len__(self) -> int:
        return len(self._compiled.forms)

    def validator(self, form_id: str) -> Validator:
        """What decides about the answers to a form; KeyError where there is none of that id."""
        return self._compiled.validators[form_id]

    @property
    def state(self) -> CompiledForms:
        """What is served now; another object after each `replace`."""
        return self._compiled

    def replace(self, forms: CompiledForms | Mapping[str, Form]) -> None:
        """From now on serve these, and no others."""
        self._compiled = forms if isinstance(forms, CompiledForms) else compile_forms(forms)
