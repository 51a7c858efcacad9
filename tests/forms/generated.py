"""Forms with every type and option, as Hypothesis draws them, and what people may send to them."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from service.forms.definition import Field, Form, Origin
from service.forms.errors import InvalidAnswersError
from service.forms.field_types import FIELD_TYPES
from service.forms.languages import packaged_directions
from service.forms.parse import parse_form
from service.forms.validation import Validator
from service.submission import Answer

Answers = dict[str, object]

# Read here, and kept: tests draw forms while a loop runs, which must not wait for files.
packaged_directions()

_TEXT_KINDS = ("text", "textarea", "email", "tel", "url")
_PATTERNS = ("[A-Z]{2}-[0-9]{4}", r"\w+(?:\.\w)?", "[^ ]{1,3}", r"\d*\s?[a-z]", ".+@example.org")
_CHOICES = st.lists(
    st.text("abc é数.|()", min_size=1, max_size=4).map(str.strip).filter(bool),
    min_size=1,
    max_size=6,
    unique=True,
)
_FLOATS = st.floats(allow_nan=False, allow_infinity=False)  # as JSON has neither
_NUMBERS = st.decimals(
    min_value=-10_000, max_value=10_000, allow_nan=False, allow_infinity=False, places=3
).map(float)
_MINUTES = st.times().map(lambda moment: moment.isoformat("minutes"))
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_AROUND = st.sampled_from(["", "", "", " ", "\n", "\u2003", "\x1f", "\r\n"])


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A form with fields of any type, with options that its types take, some in groups."""
    kinds = draw(st.lists(st.sampled_from(sorted(FIELD_TYPES)), min_size=3, max_size=14))
    fields: list[dict[str, object]] = [
        {"name": f"q{place}", "label": "Q", **draw(_options(kind))}
        for place, kind in enumerate(kinds)
    ]
    if draw(st.booleans()):
        fields = [*fields[:1], {"group": "Legend", "fields": fields[1:]}]
    text = json.dumps({"title": "Generated", "fields": fields}, ensure_ascii=False)
    form, problems = parse_form(text, file="generated", default_id=f"t{secrets.token_hex(8)}")
    assert form is not None, problems
    return form


@st.composite
def _options(draw: st.DrawFn, kind: str) -> dict[str, object]:
    options: dict[str, object] = {"type": kind, "required": draw(st.booleans())}
    if "choices" in FIELD_TYPES[kind].keys:
        options["choices"] = draw(_CHOICES)
    elif kind in _TEXT_KINDS and draw(st.booleans()):
        longest = draw(st.integers(1, 40))
        options["max_length"] = longest
        if draw(st.booleans()):
            options["min_length"] = draw(st.integers(1, longest))
        if "pattern" in FIELD_TYPES[kind].keys and draw(st.booleans()):
            options["pattern"] = draw(st.sampled_from(_PATTERNS))
    elif kind in ("integer", "decimal") and draw(st.booleans()):
        options["minimum"] = draw(st.integers(-1_000, 0))
        options["maximum"] = draw(st.integers(1, 10**9))
        if draw(st.booleans()):
            steps = ["1", "5"] if kind == "integer" else ["0.001", "0.1", "0.25", "0.5", "1"]
            options["step"] = draw(st.sampled_from(steps))
    elif kind in ("date", "time") and draw(st.booleans()):
        moments = _MINUTES if kind == "time" else st.dates().map(str)
        low, high = sorted(draw(st.tuples(moments, moments)))
        options |= {"minimum": low, "maximum": high}
    return options


@st.composite
def answers(draw: st.DrawFn, form: Form) -> Answers:
    """A submission in JSON: most of it fits, some of it not."""
    given: Answers = {}
    for field in form.fields:
        kind = _fitting(field)
        odd = st.one_of(st.none(), _TEXTS, st.just(""), st.integers(), _FLOATS)
        given[field.name] = draw(st.one_of(kind, kind, kind, kind, odd))
    return given


def _fitting(field: Field) -> st.SearchStrategy[object]:
    values = [choice.value for choice in field.choices] or ["only"]
    limits = st.sampled_from([text for text in (field.minimum, field.maximum) if text] or ["1"])
    kinds: Mapping[str, st.SearchStrategy[object]] = {
        "text": _padded(_TEXTS | st.from_regex(field.pattern or "a", fullmatch=True)),
        "textarea": _padded(_TEXTS),
        "email": _padded(st.emails() | st.just("a@EXAMPLE.org")),
        "tel": _padded(st.from_regex(r"\+?[0-9 ()-]{2,20}(ext[0-9])?", fullmatch=True)),
        "url": _padded(st.sampled_from(["https://example.org/é?q=1#top", "http://a.bc:80"])),
        "integer": st.integers() | st.integers(-30, 30) | st.integers(-30, 30).map(float),
        "decimal": _NUMBERS | _FLOATS | st.integers(-8, 8).map(lambda n: n / 4),
        "date": _padded(st.dates().map(str) | limits),
        "time": _padded(_MINUTES | st.times().map(lambda at: at.isoformat("seconds")) | limits),
        "checkbox": st.booleans(),
        "checkboxes": st.lists(_padded(st.sampled_from(values)), max_size=4),
        "rating": st.integers(0, 6),
    }
    return kinds.get(field.type.name, _padded(st.sampled_from(values)))


def _padded(texts: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    return st.tuples(_AROUND, texts, _AROUND).map("".join)


@st.composite
def breaks(draw: st.DrawFn, form: Form, good: Mapping[str, object]) -> Answers:
    """A submission that was good, broken in one way: a type, a limit, a name, a missing answer."""
    broken: Answers = dict(good)
    field = draw(st.sampled_from(form.fields))
    ways: list[object] = [{"an": "object"}, [["list"]]]
    kind = field.type.name
    if kind in _TEXT_KINDS:
        ways += ["x" * ((field.max_length or 0) + 1), 5, True, "a\x00b"]
        ways += ["none such"] if kind in ("email", "url", "tel") else []
    elif kind in ("integer", "decimal", "rating"):
        ways += ["5", True, int(float(field.maximum or 1e16)) + 1, -(10**16)]
        ways += [1.5] if kind != "decimal" else []
    elif kind in ("date", "time"):
        ways += ["2026-02-30", "25:00", "later", 5]
    elif kind == "checkbox":
        ways += ["true", 1]
    else:
        ways += ["no such choice", ["no such choice"], 5]
    if field.required:
        ways += [None, *([False] if kind == "checkbox" else [])]
    way = draw(st.sampled_from([*ways, "missing", "unknown"]))
    if way == "unknown" or (way == "missing" and not field.required):
        broken["no_such_field"] = "a"
    elif way == "missing":
        broken.pop(field.name, None)
    else:
        broken[field.name] = way
    return broken


def passed(form: Form, raw: Mapping[str, object]) -> Mapping[str, Answer]:
    """What validation lets pass of these answers, as if no other were needed."""
    groups = (
        replace(group, fields=tuple(replace(field, required=False) for field in group.fields))
        for group in form.groups
    )
    validator = Validator(replace(form, groups=tuple(groups)))
    try:
        return validator.validate(raw, Origin.JSON)
    except InvalidAnswersError as error:
        wrong = {one.field for one in error.errors}
        fitting = {name: value for name, value in raw.items() if name not in wrong}
        return validator.validate(fitting, Origin.JSON)
