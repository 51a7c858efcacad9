"""What is wrong with answers is told by field and code, and never by repeating them."""

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from service.forms.definition import Origin
from service.forms.errors import InvalidAnswersError
from service.forms.load import load_forms
from service.forms.validation import Validator

CANARY = "canary-7f3a"
FORMS = Path(__file__).parents[2] / "forms"

WRONG: dict[str, Callable[[], object]] = {
    "text": lambda: CANARY,
    "long text": lambda: CANARY * 10_000,
    "control bytes": lambda: f"{CANARY}\x00\x1b",
    "list": lambda: [CANARY, CANARY],
    "object": lambda: {CANARY: CANARY},
    "list of lists": lambda: [[CANARY]],
}


@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize("wrong", WRONG)
def test_an_error_of_validation_has_names_and_codes_and_no_values(
    wrong: str, origin: Origin
) -> None:
    """PRIV-4: for every type of field, in the error's text, its representation and a traceback."""
    form = load_forms(FORMS)["every-field"]
    answers = {field.name: WRONG[wrong]() for field in form.fields}
    with pytest.raises(InvalidAnswersError) as caught:
        Validator(form).validate(answers, origin)
    error = caught.value
    assert len(error.errors) > len(form.fields) // 2
    told = [str(error), repr(error), repr(error.errors), *traceback.format_exception(error)]
    assert CANARY not in "\n".join(told)
