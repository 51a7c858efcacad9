"""Which other sites a form names, and that nothing but an origin is taken for one."""

import pytest

from service.forms.origins import canonical_origin
from service.forms.parse import parse_form
from tests.forms.faults import faults

FORM = "title: x\nfields: [{name: a, type: text, label: A}]\n"

NO_ORIGINS = [
    "example.org",
    "https://",
    "https://example.org/",
    "https://example.org/path",
    "https://example.org?query=1",
    "https://example.org#fragment",
    "https://exa mple.org",
    "null",
    "https://*.example.org",
    "*",
    "https://user@example.org",
    "https://example.org:0",
    "https://example.org:65536",
    "https://example.org:",
    "https://[",
    "https://exämple.org",
    "ftp://example.org",
    "//example.org",
    "https://example.org\n",
    "https://example.org;script-src *",
]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTPS://Example.ORG:443", "https://example.org"),
        ("http://example.org:80", "http://example.org"),
        ("http://example.org:443", "http://example.org:443"),
        ("https://example.org:08443", "https://example.org:8443"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_origin_has_one_spelling(text: str, canonical: str) -> None:
    assert canonical_origin(text) == canonical
    assert canonical_origin(canonical) == canonical


@pytest.mark.parametrize("text", ["", *NO_ORIGINS])
def test_what_is_no_origin_is_not_made_one(text: str) -> None:
    assert canonical_origin(text) is None


@pytest.mark.parametrize("key", ["allowed_origins", "framed_by"])
@pytest.mark.parametrize("text", [text for text in NO_ORIGINS if not text.endswith("\n")])
def test_what_is_no_origin_is_named_with_its_key_and_place(key: str, text: str) -> None:
    """CSRF-5: a form file with anything but exact origins cannot be loaded."""
    (fault,) = faults(f"{FORM}{key}: [https://good.example, '{text}']\n")
    assert fault.startswith(f"3:{len(key) + 26} {key!r} has {text!r}; write scheme and host")


@pytest.mark.parametrize("value", ["['']", "https://example.org", "{a: b}"])
def test_origins_are_a_list_of_texts(value: str) -> None:
    """CSRF-5: an empty text is none either."""
    (fault,) = faults(f"{FORM}allowed_origins: {value}\n")
    assert "expected" in fault


def test_a_form_knows_its_origins_once_each() -> None:
    form, problems = parse_form(
        f"{FORM}allowed_origins: [https://A.example, 'https://a.example:443']\n"
        "framed_by: [http://b.example:81]\nlanguages: [en, es]\n",
        file="quiz.yaml",
        default_id="quiz",
    )
    assert form is not None, problems
    for one in (form, form.in_language("es")):
        assert one.allowed_origins == ("https://a.example",)
        assert one.framed_by == ("http://b.example:81",)


def test_a_form_names_no_other_site_unless_it_says_so() -> None:
    form, _ = parse_form(FORM, file="quiz.yaml", default_id="quiz")
    assert form is not None
    assert form.allowed_origins == form.framed_by == ()
