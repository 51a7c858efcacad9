"""Whether a form takes answers at this moment, and what is said to answers that came too late."""

from collections.abc import Mapping

from aiohttp import web

from service.forms.availability import Availability, availability
from service.forms.definition import Form
from service.texts.mark import mark
from service.wall_clock import now_ms
from service.web.keys import INTAKE
from service.web.refusals import Refusal

_FORBIDDEN = 403

UNAVAILABLE_FORM: Mapping[Availability, Refusal] = {
    Availability.NOT_YET_OPEN: Refusal(
        code=Availability.NOT_YET_OPEN,
        status=_FORBIDDEN,
        title=mark("This form is not open yet"),
        text=mark("It takes no answers yet. Yours were not stored; please send them later."),
    ),
    Availability.CLOSED: Refusal(
        code=Availability.CLOSED,
        status=_FORBIDDEN,
        title=mark("This form is closed"),
        text=mark("It takes no more answers. Yours were not stored."),
    ),
    Availability.FULL: Refusal(
        code=Availability.FULL,
        status=_FORBIDDEN,
        title=mark("This form is full"),
        text=mark("It has as many answers as it takes. Yours were not stored."),
    ),
}
"""The refusal of answers to a form that takes none, by the reason."""


def availability_of(request: web.Request, form: Form) -> Availability:
    """Where a form stands now, as far as this process knows."""
    return availability(form, now_ms=now_ms(), accepted=request.app[INTAKE].accepted(form.id))
