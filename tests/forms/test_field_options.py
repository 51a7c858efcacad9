"""Groups, choices, limits, patterns and defaults of a form file; every fault with its place."""

from pathlib import Path

import pytest

from service.forms.definition import Choice, Width
from service.forms.field_types import FIELD_TYPES
from service.forms.load import load_forms
from service.forms.parse import parse_form

ROOT = Path(__file__).parents[2]

GOOD = """\
title: A quiz
fields:
  - {name: nick, type: text, label: Nick, max_length: 20, pattern: '[a-z]+', width: half}
  - group: More
    help: If you like.
    fields:
      - {name: age, type: integer, label: Age, minimum: 0, maximum: 150, default: 7}
      - {name: day, type: date, label: Day, minimum: 1991-06-23, autocomplete: bday}
      - {name: one, type: radio, label: One, choices: [a, {value: b, label: Bee}], default: b}
      - {name: some, type: checkboxes, label: Some, choices: [a, b, c], default: [c, a]}
      - {name: stars, type: rating, label: Stars, maximum: 3}
  - {name: ok, type: checkbox, label: OK, default: true}
  - {name: cost, type: decimal, label: Cost, step: 0.25}
"""


def problems(text: str) -> list[str]:
    form, found = parse_form(text, file="quiz.yaml", default_id="quiz")
    assert (form is None) == bool(found)
    return [f"{problem.line}:{problem.column} {problem.text}" for problem in found]


def test_groups_and_options_are_read() -> None:
    form, found = parse_form(GOOD, file="quiz.yaml", default_id="quiz")
    assert found == ()
    assert form is not None
    assert [(group.legend, group.help, len(group.fields)) for group in form.groups] == [
        (None, None, 1),
        ("More", "If you like.", 5),
        (None, None, 2),
    ]
    nick, age, day, one, some, stars, ok, cost = form.fields
    assert (nick.pattern, nick.width) == ("[a-z]+", Width.HALF)
    assert (age.minimum, age.maximum, age.default) == ("0", "150", "7")
    assert (day.minimum, day.autocomplete) == ("1991-06-23", "bday")
    assert one.choices == (Choice(value="a", label="a"), Choice(value="b", label="Bee"))
    assert some.default == ("c", "a")
    assert [choice.value for choice in stars.choices] == ["1", "2", "3"]
    assert (ok.default, cost.step) == ("true", "0.25")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("maximum: 150", "max_length: 150"), "7:60 integer takes no 'max_length'; it takes mini"),
        (("minimum: 0", "minimum: few"), "7:57 minimum is 'few'; expected a whole number"),
        (("minimum: 0", "minimum: 151"), "7:57 minimum is 151, more than maximum (150)"),
        (("default: 7", "default: 151"), "7:83 the default is no answer that this field takes"),
        (("1991-06-23", "1991-06-31"), "8:54 minimum is '1991-06-31'; expected a date like"),
        (("bday", "birthday"), "8:80 'birthday' is not in HTML's list"),
        (("default: b", "default: d"), "9:93 the default is no answer that this field takes"),
        ((", choices: [a, b, c]", ""), "10:9 'choices' is missing"),
        (("[a, b, c]", "[]"), "10:62 expected 1 to 500 choices, found 0"),
        (("[a, b, c]", "[a, b, a]"), "10:69 the value 'a' is there already"),
        (("label: Bee", "labell: Bee"), "9:70 unknown key 'labell'; did you mean 'label'?"),
        (("maximum: 3", "maximum: 11"), "11:60 maximum is '11'; expected a whole number from 0"),
        (("step: 0.25", "step: 0"), "13:52 step is 0; it must be more than 0"),
        (("'[a-z]+'", "'([a-z]+)*'"), "3:68 the pattern repeats a group that has repetition"),
        (("pattern:", "pattern_message:"), "3:76 there is no pattern that it could belong to"),
        (("width: half", "width: haf"), "3:85 unknown width 'haf'; did you mean 'half'?"),
        (("name: ok", "name: age"), "12:5 there is a field 'age' already, in line 7"),
        (("- {name: age", "- {group: X, name: age"), "7:9 a group cannot stand in a group"),
    ],
)
def test_a_fault_is_named_with_its_place(change: tuple[str, str], expected: str) -> None:
    found = problems(GOOD.replace(*change, 1))
    assert any(problem.startswith(expected) for problem in found), found


def test_more_values_than_a_request_may_have_are_refused() -> None:
    boxes = ", ".join(f"c{number}" for number in range(200))
    found = problems(
        f"title: x\nfields:\n - {{name: a, type: checkboxes, label: A, choices: [{boxes}]}}\n"
    )
    assert found == [
        "3:2 expected 1 to 200 fields, each box of checkboxes counted as one, found 201"
    ]


def test_the_second_example_has_every_type_of_field() -> None:
    form = load_forms(ROOT / "forms")["every-field"]
    assert {field.type.name for field in form.fields} == set(FIELD_TYPES)
    assert {field.width for field in form.fields} == set(Width)
    assert form.languages == ("en", "es")


@pytest.mark.parametrize(
    "odd",
    ["[a]: b", "{a: b}: c", "choices: {a: b}", "choices: [[a]]", "default: [a]", "step: []"],
)
def test_a_key_or_value_of_an_odd_kind_is_a_fault_like_any_other(odd: str) -> None:
    for kind in FIELD_TYPES:
        found = problems(f"title: x\nfields:\n - name: q\n   type: {kind}\n   label: Q\n   {odd}\n")
        assert found, kind
