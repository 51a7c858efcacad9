"""Validation and the JSON Schema agree about any submission to any form; and so do the texts of a
browser and the values of JSON."""

import json
from collections.abc import Mapping
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.forms import messages
from service.forms.definition import Form, Origin
from service.forms.errors import InvalidAnswersError
from service.forms.examples import example_answers
from service.forms.json_schema import json_schema, submission_schema
from service.forms.raw import Repeated
from service.forms.validation import Validator
from service.submission import Answer, encode_answers
from tests.forms.generated import answers, breaks, forms

SCHEMA = jsonschema.Draft202012Validator
# Where the schema may be looser, as its module says: for any text that is not stored as it was
# sent, and for any.
LOOSE_WHERE_CHANGED = {
    messages.TOO_LONG,
    messages.TOO_SHORT,
    messages.PATTERN,
    messages.NOT_DATE,
}
FEW = settings(max_examples=60, suppress_health_check=list(HealthCheck))
LOOSE = {messages.TOO_PRECISE, messages.NOT_A_STEP}


def reader(form: Form, origin: Origin = Origin.JSON) -> jsonschema.Draft202012Validator:
    """What another program makes of the schema, once it went through JSON."""
    schema = json_schema(form) if origin is Origin.JSON else submission_schema(form, origin)
    return SCHEMA(json.loads(json.dumps(schema)), format_checker=SCHEMA.FORMAT_CHECKER)


def verdict(
    form: Form, raw: Mapping[str, object], origin: Origin = Origin.JSON
) -> Mapping[str, Answer] | InvalidAnswersError:
    """What validation says: the answers, or everything wrong with them."""
    try:
        return Validator(form).validate(raw, origin)
    except InvalidAnswersError as error:
        return error


def is_changed(value: object) -> bool:
    """Whether a text may be stored differently from how it was sent."""
    return isinstance(value, str) and (
        value != value.strip()
        or "\r" in value
        or any(sign.isspace() for sign in value)
        or value != value.lower()
        or not value.isascii()
    )


def check_a_submission(form: Form, raw: Mapping[str, object]) -> None:
    """Hold the schema to what validation says of one submission."""
    found = verdict(form, raw)
    wrong = [error.message for error in reader(form).iter_errors(raw)]
    if not isinstance(found, InvalidAnswersError):
        assert not wrong
        return
    if not wrong:
        for error in found.errors:
            changed = is_changed(raw.get(error.field or ""))
            assert error.code in (LOOSE | LOOSE_WHERE_CHANGED if changed else LOOSE), error


def as_texts(raw: Mapping[str, object]) -> Mapping[str, object]:
    """What a browser would send for these values of JSON."""
    return {name: _as_text(value) for name, value in raw.items()}


def _as_text(value: object) -> object:
    if isinstance(value, list):
        return Repeated(value) if value else ""
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return value
    number = Decimal(str(value))
    return str(int(number)) if number == number.to_integral_value() else format(number, "f")


@st.composite
def sent(draw: st.DrawFn) -> tuple[Form, Mapping[str, object]]:
    form = draw(forms())
    return form, draw(answers(form))


@st.composite
def accepted(draw: st.DrawFn) -> tuple[Form, Mapping[str, object]]:
    form, raw = draw(sent())
    found = verdict(form, raw)
    if isinstance(found, InvalidAnswersError):
        # Answers that are wrong give way to examples, which some fields have none of.
        examples = example_answers(form, Origin.JSON) or {}
        wrong = {error.field for error in found.errors}
        raw = {name: examples.get(name) if name in wrong else raw[name] for name in raw}
    return form, raw


@FEW
@given(sent())
def test_the_schema_takes_what_validation_takes_and_little_more(
    case: tuple[Form, Mapping[str, object]],
) -> None:
    check_a_submission(*case)


@FEW
@given(accepted(), st.data())
def test_what_is_broken_in_one_way_is_refused_by_both(
    case: tuple[Form, Mapping[str, object]], data: st.DataObject
) -> None:
    form, good = case
    check_a_submission(form, good)
    broken = data.draw(breaks(form, good))
    assert isinstance(verdict(form, broken), InvalidAnswersError)
    assert not reader(form).is_valid(broken)


@FEW
@given(accepted())
def test_texts_of_a_browser_and_values_of_json_have_one_digest(
    case: tuple[Form, Mapping[str, object]],
) -> None:
    form, raw = case
    found = verdict(form, raw)
    if not isinstance(found, InvalidAnswersError):
        typed = verdict(form, as_texts(raw), Origin.BROWSER)
        assert not isinstance(typed, InvalidAnswersError), typed
        assert encode_answers(typed) == encode_answers(found)


@FEW
@given(forms())
def test_examples_are_accepted_by_both(form: Form) -> None:
    for origin in Origin:
        example = example_answers(form, origin)
        if example is not None:
            raw = {
                name: Repeated(value) if isinstance(value, list) else value
                for name, value in example.items()
            }
            given = raw if origin is Origin.BROWSER else example
            assert not isinstance(verdict(form, given, origin), InvalidAnswersError)
            assert reader(form, origin).is_valid(example)


@pytest.mark.slow
@settings(max_examples=500, suppress_health_check=list(HealthCheck))
@given(sent())
def test_they_agree_about_very_many(case: tuple[Form, Mapping[str, object]]) -> None:
    check_a_submission(*case)
