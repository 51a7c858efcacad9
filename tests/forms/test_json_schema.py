"""What the JSON Schema of a form says, to whoever reads it with or without its formats."""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.forms import shape_patterns
from service.forms.definition import Form, Origin
from service.forms.errors import InvalidAnswersError
from service.forms.json_schema import json_schema, submission_schema
from service.forms.parse import parse_form
from service.forms.portable_pattern import portable
from service.forms.validation import Validator

EVERY_FIELD = Path(__file__).parents[2] / "forms" / "every-field.yaml"


def form_of(*fields: Mapping[str, object]) -> Form:
    """A form with these fields, each named by its place: q0, q1 …"""
    asked = [{"name": f"q{place}", "label": "Q", **field} for place, field in enumerate(fields)]
    text = json.dumps({"title": "Generated", "fields": asked})
    form, problems = parse_form(text, file="generated", default_id="generated")
    assert form is not None, problems
    return form


def takes(form: Form, answers: Mapping[str, object]) -> bool:
    """Whether the schema does, as any program would read it."""
    schema = json.loads(json.dumps(json_schema(form)))
    kind = jsonschema.Draft202012Validator
    return bool(kind(schema, format_checker=kind.FORMAT_CHECKER).is_valid(answers))


def validates(form: Form, answers: Mapping[str, object]) -> bool:
    """Whether validation takes the same."""
    try:
        Validator(form).validate(answers, Origin.JSON)
    except InvalidAnswersError:
        return False
    return True


@pytest.mark.parametrize("origin", Origin)
def test_a_schema_is_one_and_takes_its_own_example(origin: Origin) -> None:
    form, _ = parse_form(EVERY_FIELD.read_text(), file="every-field", default_id="every-field")
    assert form is not None
    schema = submission_schema(form, origin)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert isinstance(schema["examples"], list)
    (example,) = schema["examples"]
    assert set(example) == {field.name for field in form.fields}
    jsonschema.Draft202012Validator(schema).validate(example)


LIMITS: tuple[tuple[Mapping[str, object], tuple[object, ...], tuple[object, ...]], ...] = (
    ({"type": "text", "max_length": 3}, ("abc", " abc ", "", None, "é数😀"), ("abcd", 3, "a\nb")),
    ({"type": "text", "min_length": 3}, ("abc", "", " "), ("ab",)),
    ({"type": "text", "required": True}, ("a", " a"), ("", " \n", None)),
    ({"type": "textarea", "max_length": 4}, ("a\nbc", "a\r\nbc", "\x1fabc"), ("abcde", "a\x0cb")),
    ({"type": "text", "pattern": "[A-Z]{2}"}, ("AB", " AB\n"), ("ABC", "ab", "AB C")),
    ({"type": "text", "pattern": r"\d\s\w"}, ("1 a",), ("١ a", "1\u00a0a", "1 é")),
    (
        {"type": "email"},
        ("a@example.org", "A@EXAMPLE.ORG", "é@bücher.example"),
        ("a", "a@b", "a@@b.c"),
    ),
    ({"type": "tel"}, ("+34 600 123 456", "6 0 0", "600x12"), ("12", "abc", "600\n600", "()-")),
    (
        {"type": "url"},
        ("https://example.org/é#x", "HTTP://localhost:1"),
        ("example.org", "ftp://a.org"),
    ),
    ({"type": "integer", "minimum": -2}, (-2, 5.0, None), (-3, 1.5, "1", True, 2**53)),
    ({"type": "integer", "step": 5}, (0, 10), (3,)),
    ({"type": "decimal", "step": 0.5, "maximum": 2}, (0.5, 2), (0.7, 2.5, "1", 1e15)),
    (
        {"type": "date", "minimum": "1990-02-09"},
        ("1990-02-09", "1990-10-01"),
        ("1990-02-08", "1990"),
    ),
    ({"type": "date", "maximum": "2026-12-31"}, ("2026-12-31", ""), ("2027-01-01", "2026-02-30")),
    ({"type": "time", "minimum": "09:00:00"}, ("09:00", "09:00:00"), ("08:59:59", "9:00", "24:00")),
    ({"type": "time", "minimum": "09:00:30"}, ("09:00:30", "09:01"), ("09:00", "09:00:29")),
    ({"type": "time", "maximum": "20:30"}, ("20:30", "20:30:00", "00:00"), ("20:30:01", "20:31")),
    ({"type": "checkbox", "required": True}, (True,), (False, None, "true")),
    ({"type": "checkbox"}, (True, False, None), ("on", 1)),
    (
        {"type": "checkboxes", "choices": ["a", "b"]},
        ([], ["b", "a", " a"], None),
        ("a", ["c"], [1]),
    ),
    ({"type": "checkboxes", "choices": ["a"], "required": True}, (["a"],), ([], None)),
    ({"type": "radio", "choices": ["a.b", "|"]}, ("a.b", " | ", ""), ("axb", "a")),
    ({"type": "rating", "required": True}, (1, 5), (0, 6, None)),
)


@pytest.mark.parametrize(("field", "good", "bad"), LIMITS, ids=lambda value: str(value)[:40])
def test_schema_and_validation_draw_the_same_line(
    field: Mapping[str, object], good: tuple[object, ...], bad: tuple[object, ...]
) -> None:
    form = form_of(field)
    for value in good:
        assert validates(form, {"q0": value}), value
        assert takes(form, {"q0": value}), value
    for value in bad:
        assert not validates(form, {"q0": value}), value
        assert not takes(form, {"q0": value}), value


def test_what_is_missing_or_unknown_is_refused() -> None:
    form = form_of({"type": "text", "required": True})
    assert not takes(form, {})
    assert not takes(form, {"q0": "a", "q1": "b"})
    assert takes(form, {"q0": "a", "submission_key": "any"})


def test_choices_have_their_labels() -> None:
    form = form_of({"type": "select", "choices": [{"value": "ES", "label": "Spain"}, "PT"]})
    schema = json.dumps(json_schema(form))
    assert '{"const": "ES", "title": "Spain"}, {"const": "PT", "title": "PT"}' in schema


def test_white_space_is_what_python_leaves_out() -> None:
    white = re.compile(f"[{shape_patterns.WHITE}]")
    for code in range(sys.maxunicode + 1):
        assert (white.fullmatch(chr(code)) is None) == bool(chr(code).strip()), hex(code)


@given(
    st.sampled_from(
        [
            r"[^a-c]{2}x?",
            r"(?:a|b-)\.\$?",
            r"[\w.-]+@[\D]",
            r"[\W]\W",
            r"\S[\S-]",
            r"[&&~|]",
            ".{3}",
        ]
    ),
    st.text(st.sampled_from("abcx09-.$@_ \n\t\u00a0é٣\u2028&~|😀[]"), max_size=4),
)
def test_a_portable_pattern_takes_what_the_forms_own_does(pattern: str, text: str) -> None:
    own = re.compile(pattern, re.ASCII).fullmatch(text)
    assert bool(own) == bool(re.fullmatch(portable(pattern).text, text))


@pytest.mark.parametrize("pattern", [r"[A-Z]{2}-\d{4}", r"(?:a|b)c+", r"x{2,}\.?[\s]"])
def test_the_sample_of_a_pattern_is_one(pattern: str) -> None:
    assert re.fullmatch(pattern, portable(pattern).sample)
