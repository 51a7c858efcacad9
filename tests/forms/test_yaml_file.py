"""What YAML can be and a form file should not be; each said so that it can be put right."""

import pytest

from service.forms.load import LARGEST_FILE
from service.forms.parse import parse_form
from tests.forms.faults import faults

FIELDS = "fields: [{name: a, type: text, label: A}]\n"
SHARED = """\
title: x
fields:
  - {name: a, type: radio, label: A, choices: &islands [Skye, Mull]}
  - {name: b, type: radio, label: B, choices: *islands}
"""


def test_a_value_may_be_written_once_and_used_twice() -> None:
    form, found = parse_form(SHARED, file="f", default_id="quiz")
    assert found == ()
    assert form is not None
    first, second = form.fields
    assert first.choices == second.choices


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: x\nfields:\n\t- name: a\n", "3:1 this is not YAML: there is a tab here; indent"),
        (
            SHARED.replace("*islands", "&islands [Eigg]"),
            "4:47 this is not YAML: there is an anchor of this name already; give this one another",
        ),
        (SHARED.replace("&islands ", ""), "4:47 this is not YAML: there is no anchor of this name"),
        (f"title: {{en: Who?, es: a}}\n{FIELDS}", "1:16 this is not YAML: a text in brackets or"),
        (f"title: One: two\n{FIELDS}", "1:11 this is not YAML: a text with ': ' in it must be in"),
        (f"title: x\n{FIELDS}---\ntitle: y\n", "3:1 this is not YAML: '---' begins a second"),
        (f"title: x\n<<: {{}}\n{FIELDS}", "2:1 '<<' is not read here; write the keys out"),
        ("title: x\nfields: &a [*a]\n", "2:9 an alias stands within its own anchor"),
        ("", "1:1 the file is empty; it must have title and fields"),
    ],
)
def test_a_fault_says_what_would_be_right(text: str, expected: str) -> None:
    (found,) = faults(text)
    assert found.startswith(expected)


def test_aliases_that_stand_for_more_than_a_file_may_hold_are_refused() -> None:
    lists = "".join(
        f"- &l{number} [{', '.join([f'*l{number - 1}'] * 10)}]\n" for number in range(1, 40)
    )
    (found,) = faults(f"title: x\nfields:\n- &l0 a\n{lists}")
    assert found.startswith("1:1 with its aliases written out the file has more than 50000 values")


def test_deep_nesting_is_refused_in_words() -> None:
    (found,) = faults("[" * LARGEST_FILE)
    assert found.endswith("brackets or braces are nested without end")


def test_every_sentence_names_its_field_and_key() -> None:
    text = """\
title: x
fields:
  - {name: age, type: integer, label: Age, minimum: few}
  - {name: mail, type: emial, labell: Mail}
  - {name: nick, type: text, label: [a], required: maybe}
  - {name: nick, type: text, label: Nick}
  - {type: text, label: No name}
"""
    _, found = parse_form(text, file="quiz.yaml", default_id="quiz")
    said = [str(problem).partition(": ")[2] for problem in found]
    assert said == [
        "field 'age': minimum is 'few'; expected a whole number",
        "field 'mail': 'label' is missing",
        "field 'mail': unknown type 'emial'; did you mean 'email'?",
        "field 'mail': unknown key 'labell'; did you mean 'label'?",
        "field 'nick': expected a text for 'label', found a list",
        "field 'nick': expected true or false for 'required', found 'maybe'",
        "'name' is missing",
    ]
    assert str(found[0]).startswith("quiz.yaml, line 3, column 53: ")


def test_a_sentence_quotes_no_more_than_can_be_read() -> None:
    (found,) = faults(f"title: x\nclient_address: {'y' * 5_000}\n{FIELDS}")
    assert len(found) < 200
