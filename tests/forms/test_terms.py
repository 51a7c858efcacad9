"""When a form opens and closes, how many answers it takes, and how long its page is kept."""

from datetime import UTC, datetime

import pytest

from service.forms.parse import parse_form
from tests.forms.faults import faults

FIELDS = "title: x\nfields: [{name: a, type: text, label: A}]\n"


def opens_at(text: str) -> int | None:
    form, found = parse_form(f"opens: {text}\n{FIELDS}", file="f", default_id="quiz")
    assert found == ()
    assert form is not None
    return form.opens_at


def test_a_form_that_says_nothing_is_open_for_ever_and_its_page_is_not_kept() -> None:
    form, _ = parse_form(FIELDS, file="f", default_id="quiz")
    assert form is not None
    assert (form.opens_at, form.closes_at, form.limit, form.cache_seconds) == (None, None, None, 0)


def test_limits_are_read() -> None:
    form, found = parse_form(
        "closes: 2027-06-05T09:00:00Z\nlimit: 1000000000\ncache_seconds: 86400\n" + FIELDS,
        file="f",
        default_id="quiz",
    )
    assert found == ()
    assert form is not None
    assert form.closes_at == datetime(2027, 6, 5, 9, tzinfo=UTC).timestamp() * 1000
    assert (form.limit, form.cache_seconds) == (10**9, 86_400)


@pytest.mark.parametrize(
    "text",
    [
        "2027-06-05T09:00:00+02:00",
        "2027-06-05T07:00:00Z",
        "2027-06-05t07:00:00.000z",
        "2027-06-05 07:00Z",
        "'2027-06-05T02:00:00-05:00'",
    ],
)
def test_a_moment_is_the_same_however_it_is_written(text: str) -> None:
    assert opens_at(text) == datetime(2027, 6, 5, 7, tzinfo=UTC).timestamp() * 1000


def test_a_moment_has_milliseconds_and_no_more() -> None:
    assert (opens_at("1970-01-01T00:00:00.1239Z"), opens_at("1970-01-01T00:00:00.5Z")) == (123, 500)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("opens: tomorrow", "1:8 'opens' is 'tomorrow'; write day, time and offset from UTC, like"),
        ("opens: 2027-06-05", "1:8 'opens' is '2027-06-05'; write day, time and offset"),
        ("closes: 2027-06-05T09:00", "1:9 'closes' is '2027-06-05T09:00', without its offset"),
        ("opens: 2027-02-30T09:00Z", "1:8 'opens' is '2027-02-30T09:00Z', which is no moment"),
        ("opens: 2027-02-03T09:00+99:00", "1:8 'opens' is '2027-02-03T09:00+99:00', which is no"),
        (
            "opens: 2027-06-05T09:00Z\ncloses: 2027-06-05T11:00+02:00",
            "2:9 'closes' must be later than 'opens'",
        ),
        ("limit: 0", "1:8 expected a whole number from 1 to 1000000000 for 'limit', found '0'"),
        ("limit: 1000000001", "1:8 expected a whole number from 1 to 1000000000"),
        ("cache_seconds: 86401", "1:16 expected a whole number from 0 to 86400"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, expected: str) -> None:
    (found,) = faults(f"{text}\n{FIELDS}")
    assert found.startswith(expected)
