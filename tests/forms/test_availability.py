"""When a form takes answers."""

import pytest

from service.forms.availability import Availability, availability
from service.forms.definition import Form


def _form(
    *, opens_at: int | None = None, closes_at: int | None = None, limit: int | None = None
) -> Form:
    return Form(
        id="trip",
        title="Trip",
        index="trips",
        opens_at=opens_at,
        closes_at=closes_at,
        limit=limit,
        groups=(),
    )


def test_a_form_without_hours_and_limit_is_always_open() -> None:
    assert availability(_form(), now_ms=0, accepted=10**9) is Availability.OPEN


@pytest.mark.parametrize(
    ("now_ms", "expected"),
    [
        (99, Availability.NOT_YET_OPEN),
        (100, Availability.OPEN),
        (199, Availability.OPEN),
        (200, Availability.CLOSED),
    ],
)
def test_answers_are_taken_from_the_opening_on_and_before_the_closing(
    now_ms: int, expected: Availability
) -> None:
    form = _form(opens_at=100, closes_at=200)
    assert availability(form, now_ms=now_ms, accepted=0) is expected


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [(2, Availability.OPEN), (3, Availability.FULL), (4, Availability.FULL)],
)
def test_a_form_is_full_once_its_limit_is_reached(accepted: int, expected: Availability) -> None:
    assert availability(_form(limit=3), now_ms=0, accepted=accepted) is expected


def test_a_number_that_nobody_knows_keeps_nobody_out() -> None:
    assert availability(_form(limit=1), now_ms=0, accepted=None) is Availability.OPEN


def test_a_closed_form_is_closed_also_where_it_is_full() -> None:
    form = _form(closes_at=10, limit=1)
    assert availability(form, now_ms=10, accepted=1) is Availability.CLOSED
