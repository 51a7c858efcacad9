"""What is valid is decided here, and what is stored is what was sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.forms.errors import InvalidAnswersError
from service.forms.parse import parse_form
from service.forms.raw import Repeated
from service.forms.validation import Validator
from service.submission import encode_answers

FORM, _ = parse_form(
    """
title: A quiz
fields:
  - {name: essay, type: textarea, label: Essay, required: true, min_length: 2, max_length: 10}
  - {name: line, type: text, label: Line}
  - {name: mail, type: email, label: Mail, required: true}
""",
    file="quiz.yaml",
    default_id="quiz",
)
assert FORM is not None
VALIDATOR = Validator(FORM)
GOOD = {"essay": "Sega", "mail": "a@example.org"}


def errors(**raw: object) -> list[tuple[str | None, str]]:
    """What is wrong with these answers, as (field, code)."""
    with pytest.raises(InvalidAnswersError) as refused:
        VALIDATOR.validate({**GOOD, **raw})
    return [(error.field, error.code) for error in refused.value.errors]


def test_valid_answers_come_back_as_sent() -> None:
    assert VALIDATOR.validate({**GOOD, "line": "x"}) == {**GOOD, "line": "x"}


def test_line_ends_are_normalised_before_anything_is_counted() -> None:
    essay = "\r\n".join("abcd") + "\r" + "ef"
    assert VALIDATOR.validate({**GOOD, "essay": essay})["essay"] == "a\nb\nc\nd\nef"
    assert len("a\nb\nc\nd\nef") == 10


def test_length_is_counted_in_code_points() -> None:
    assert VALIDATOR.validate({**GOOD, "essay": "🎮" * 10})["essay"] == "🎮" * 10
    assert errors(essay="🎮" * 11) == [("essay", "too_long")]


def test_white_space_around_an_answer_is_not_part_of_it() -> None:
    assert VALIDATOR.validate({**GOOD, "essay": " \n Sega \t"})["essay"] == "Sega"


@pytest.mark.parametrize("blank", ["", "  ", "\r\n"])
def test_a_blank_answer_is_none(blank: str) -> None:
    assert errors(essay=blank) == [("essay", "required")]
    assert VALIDATOR.validate({**GOOD, "line": blank})["line"] is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"essay": None}, ("essay", "required")),
        ({"essay": "x"}, ("essay", "too_short")),
        ({"essay": 42}, ("essay", "not_text")),
        ({"essay": ["a", "b"]}, ("essay", "not_text")),
        ({"essay": {"a": 1}}, ("essay", "not_text")),
        ({"essay": Repeated(["Sega", "Sega"])}, ("essay", "repeated")),
        ({"essay": "a\x00b"}, ("essay", "control_character")),
        ({"essay": "a\x1bb"}, ("essay", "control_character")),
        ({"essay": "a\ud800b"}, ("essay", "control_character")),
        ({"line": "a\nb"}, ("line", "control_character")),
        ({"mail": "nobody"}, ("mail", "not_email")),
        ({"mail": "a@b"}, ("mail", "not_email")),
        ({"mail": "x" * 250 + "@example.org"}, ("mail", "too_long")),
        ({"essai": "x"}, ("essai", "unknown_field")),
        ({"__proto__": "x"}, ("__proto__", "unknown_field")),
        ({"x" * 100: "x"}, ("x" * 64, "unknown_field")),
    ],
)
def test_what_does_not_fit_is_named_by_field_and_code(
    raw: dict[str, object], expected: tuple[str, str]
) -> None:
    assert errors(**raw) == [expected]


def test_all_errors_come_at_once_in_the_forms_order() -> None:
    with pytest.raises(InvalidAnswersError) as refused:
        VALIDATOR.validate({"other": "x", "mail": "x"})
    assert [error.field for error in refused.value.errors] == ["essay", "mail", "other"]
    assert all(error.message for error in refused.value.errors)


def test_an_error_never_holds_the_answer() -> None:
    with pytest.raises(InvalidAnswersError) as refused:
        VALIDATOR.validate({"essay": "SECRET" * 10, "mail": "SECRET"})
    assert "SECRET" not in str(refused.value) + repr(refused.value.errors)


@given(
    st.dictionaries(
        st.sampled_from(["essay", "line", "mail", "other"]),
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12)),
    )
)
def test_whatever_is_sent_is_stored_or_refused(raw: dict[str, object]) -> None:
    try:
        answers = VALIDATOR.validate(raw)
    except InvalidAnswersError:
        answers = {}
    assert encode_answers(answers)
