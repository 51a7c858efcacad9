"""Whether a form takes answers at a moment, and if not, why."""

from enum import StrEnum

from service.forms.definition import Form


class Availability(StrEnum):
    """Where a form stands; the values are the problem codes of those that take no answers."""

    OPEN = "open"
    NOT_YET_OPEN = "not_yet_open"
    CLOSED = "closed"
    FULL = "full"


def availability(form: Form, *, now_ms: int, accepted: int | None) -> Availability:
    """Whether answers are taken at `now_ms`, when `accepted` submissions were taken already.

    None stands for a number that nobody knows yet: it keeps nobody out. The hours come before the
    limit, so that who finds a closed form does not wonder about places in it.
    """
    if form.opens_at is not None and now_ms < form.opens_at:
        return Availability.NOT_YET_OPEN
    if form.closes_at is not None and now_ms >= form.closes_at:
        return Availability.CLOSED
    if form.limit is not None and accepted is not None and accepted >= form.limit:
        return Availability.FULL
    return Availability.OPEN
