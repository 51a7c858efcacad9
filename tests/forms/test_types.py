"""Each type of field: what it takes from a browser and from JSON, and what is stored of it."""

import json
from collections.abc import Mapping
from decimal import Decimal

import pytest

from service.forms.definition import Origin
from service.forms.errors import InvalidAnswersError
from service.forms.parse import parse_form
from service.forms.raw import Repeated, shown_again
from service.forms.validation import Validator
from service.submission import encode_answers

FORM, PROBLEMS = parse_form(
    """
title: Everything
fields:
  - {name: code, type: text, label: C, max_length: 9, pattern: '[A-Z]+', pattern_message: Capitals}
  - {name: mail, type: email, label: M}
  - {name: phone, type: tel, label: P}
  - {name: page, type: url, label: U}
  - {name: age, type: integer, label: A, minimum: 10, maximum: 100, step: 5}
  - {name: any, type: integer, label: A}
  - {name: cost, type: decimal, label: D, maximum: 1000000}
  - {name: day, type: date, label: D, minimum: 1991-06-23}
  - {name: hour, type: time, label: H, maximum: 20:00}
  - {name: tick, type: checkbox, label: T}
  - {name: some, type: checkboxes, label: S, choices: [a, b, c]}
  - {name: one, type: radio, label: O, choices: [a, b]}
  - {name: pick, type: select, label: S, choices: [a, b]}
  - {name: stars, type: rating, label: R}
""",
    file="quiz.yaml",
    default_id="quiz",
)
assert FORM is not None, PROBLEMS
VALIDATOR = Validator(FORM)


def stored(raw: Mapping[str, object], origin: Origin) -> object:
    return json.loads(encode_answers(VALIDATOR.validate(raw, origin)))


@pytest.mark.parametrize(
    ("name", "text", "value", "kept"),
    [
        ("code", " ABC ", "ABC", "ABC"),
        ("mail", "Me@EXAMPLE.Org", "Me@example.org", "Me@example.org"),
        ("phone", "+34 600\u00a0123 456", "+34600123456", "+34600123456"),
        ("phone", "(030) 123-45 ext. 12", "(030)123-45ext.12", "(030)123-45ext.12"),
        ("page", "https://example.org/a?b#c", "https://example.org/a?b#c", ...),
        ("age", " 15 ", 15, 15),
        ("age", "+15", Decimal("15.0"), 15),
        ("any", str(2**53 - 1), 2**53 - 1, 2**53 - 1),
        ("cost", "-0", 0, 0.0),
        ("cost", "12.50", Decimal("12.5"), 12.5),
        ("cost", "-.5", Decimal("-0.5"), -0.5),
        ("cost", "0.123456789012345", Decimal("0.123456789012345"), 0.123456789012345),
        ("day", "2000-02-29", "2000-02-29", "2000-02-29"),
        ("hour", "18:30", "18:30", "18:30"),
        ("hour", "18:30:15", "18:30:15", "18:30:15"),
        ("some", Repeated(["c", "a", "c"]), ["c", "a", "a"], ["a", "c"]),
        ("some", "b", ["b"], ["b"]),
        ("one", "a", "a", "a"),
        ("pick", "b", "b", "b"),
        ("stars", "5", 5, 5),
        ("tick", "true", True, True),
        ("tick", "on", True, True),
    ],
)
def test_a_browsers_text_and_jsons_value_are_stored_alike(
    name: str, text: object, value: object, kept: object
) -> None:
    kept = value if kept is ... else kept
    expected = {"tick": False, name: kept}
    assert stored({name: text}, Origin.BROWSER) == expected
    assert stored({name: value}, Origin.JSON) == expected
    assert encode_answers(VALIDATOR.validate({name: text})) == encode_answers(
        VALIDATOR.validate({name: value}, Origin.JSON)
    )


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("code", "abc", "pattern"),
        ("code", "A" * 100_000, "too_long"),
        ("phone", "call me", "not_tel"),
        ("phone", "+()", "not_tel"),
        ("phone", "١٢٣٤", "not_tel"),
        ("page", "example.org", "not_url"),
        ("page", "javascript:alert(1)", "not_url"),
        ("age", "1,5", "not_integer"),
        ("age", "15.0", "not_integer"),
        ("age", "1e1", "not_integer"),
        ("age", "١٥", "not_integer"),
        ("age", "9" * 5_000, "not_integer"),
        ("age", "5", "too_small"),
        ("age", "105", "too_large"),
        ("age", "12", "not_a_step"),
        ("any", str(2**53), "too_large"),
        ("cost", "1,5", "not_number"),
        ("cost", "NaN", "not_number"),
        ("cost", "0.1234567890123456", "too_precise"),
        ("cost", "1000000.5", "too_large"),
        ("day", "9999-99-99", "not_date"),
        ("day", "20000229", "not_date"),
        ("day", "2001-02-29", "not_date"),
        ("day", "1991-06-22", "too_small"),
        ("hour", "24:00", "not_time"),
        ("hour", "9:30", "not_time"),
        ("hour", "20:00:01", "too_large"),
        ("tick", "perhaps", "not_boolean"),
        ("tick", Repeated(["true", "true"]), "repeated"),
        ("some", Repeated(["a", "d"]), "not_a_choice"),
        ("one", "d", "not_a_choice"),
        ("one", Repeated(["a", "b"]), "repeated"),
        ("pick", "A", "not_a_choice"),
        ("stars", "6", "too_large"),
        ("stars", "0", "too_small"),
        ("day", object(), "not_text"),
    ],
)
def test_what_a_browser_sends_and_does_not_fit_is_named(name: str, raw: object, code: str) -> None:
    assert refused({name: raw}, Origin.BROWSER) == [(name, code)]


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("age", "15", "not_json_number"),
        ("age", "", "not_json_number"),
        ("age", True, "not_json_number"),
        ("age", Decimal("15.5"), "not_integer"),
        ("any", Decimal("1e300"), "not_integer"),
        ("any", 2**53, "too_large"),
        ("cost", "1.5", "not_json_number"),
        ("cost", Decimal("1e-9999"), "too_precise"),
        ("cost", Decimal("0.10000000000000000001"), "too_precise"),
        ("cost", float("nan"), "not_number"),
        ("day", 20000229, "not_text"),
        ("tick", "true", "not_boolean"),
        ("tick", 1, "not_boolean"),
        ("some", "a", "not_list"),
        ("some", ["a", 1], "not_text"),
        ("some", [""], "not_a_choice"),
        ("some", {"a": True}, "not_list"),
        ("one", 1, "not_text"),
        ("one", ["a"], "not_text"),
        ("stars", "5", "not_json_number"),
    ],
)
def test_a_wrong_type_in_json_is_named(name: str, raw: object, code: str) -> None:
    assert refused({name: raw}, Origin.JSON) == [(name, code)]


@pytest.mark.parametrize("nothing", [{}, dict.fromkeys(("age", "some", "tick", "day"))])
def test_what_is_left_empty_is_not_stored_and_a_box_is_false(nothing: dict[str, object]) -> None:
    assert stored(nothing, Origin.JSON) == {"tick": False}
    blank = dict.fromkeys(nothing, " ")
    assert stored(blank, Origin.BROWSER) == {"tick": False}
    assert stored({"some": []}, Origin.JSON) == {"tick": False}


@pytest.mark.parametrize("kind", ["checkbox", "checkboxes", "rating", "integer", "date"])
def test_a_required_answer_must_be_given(kind: str) -> None:
    more = ", choices: [a]" if kind == "checkboxes" else ""
    form, _ = parse_form(
        f"title: x\nfields:\n - {{name: q, type: {kind}, label: Q, required: true{more}}}\n",
        file="f",
        default_id="f",
    )
    assert form is not None
    for origin, raw in (
        (Origin.BROWSER, {}),
        (Origin.BROWSER, {"q": ""}),
        (Origin.JSON, {"q": None}),
        (Origin.JSON, {}),
    ):
        with pytest.raises(InvalidAnswersError) as error:
            Validator(form).validate(raw, origin)
        assert [wrong.code for wrong in error.value.errors] == ["required"]


def test_what_was_sent_is_shown_again_as_the_controls_have_it() -> None:
    assert FORM is not None
    raw = {
        "age": Decimal("1.5"),
        "tick": True,
        "some": Repeated(["a", "zzz"]),
        "one": Repeated(["b", "a"]),
        "pick": ["a"],
    }
    again = shown_again(FORM, raw)
    assert again["age"] == "1.5"
    assert again["tick"] == "true"
    assert again["some"] == ("a", "zzz")
    assert again["one"] == "b"
    assert again["pick"] == ""
    assert shown_again(FORM, {"some": "c", "tick": "false"})["some"] == ("c",)
    assert shown_again(FORM, {"some": "c", "tick": "false"})["tick"] == ""


def refused(raw: Mapping[str, object], origin: Origin) -> list[tuple[str | None, str]]:
    with pytest.raises(InvalidAnswersError) as error:
        VALIDATOR.validate(raw, origin)
    assert all(wrong.message for wrong in error.value.errors)
    return [(wrong.field, wrong.code) for wrong in error.value.errors]


def test_what_is_ticked_is_kept_in_the_forms_order_and_once() -> None:
    values = [f"choice {number}" for number in (7, 1, 9, 3, 0, 8, 2, 6, 4, 5)]
    form, _ = parse_form(
        f"title: x\nfields:\n - {{name: q, type: checkboxes, label: Q, choices: {values}}}\n",
        file="f",
        default_id="f",
    )
    assert form is not None
    sent: list[object] = [*sorted(values), *values]

    assert Validator(form).validate({"q": Repeated(sent)}) == {"q": values}
    assert Validator(form).validate({"q": sent}, Origin.JSON) == {"q": values}
