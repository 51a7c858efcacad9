"""POST that stores nothing: the page with what was typed into it, in another of its languages."""

from aiohttp import web

from service.forms.availability import Availability
from service.forms.definition import Form, Origin
from service.forms.errors import FieldError, InvalidAnswersError
from service.forms.raw import shown_again
from service.wall_clock import now_ms
from service.web.availability import availability_of
from service.web.bodies import Raw
from service.web.keys import FORMS
from service.web.languages import texts_for
from service.web.negotiation import wants_json
from service.web.pages import Notice, form_page
from service.web.refusals import INVALID
from service.web.rendering import SHOW_PARAMETER
from service.web.requests import answers_origin
from service.web.traps import sprung_traps


def asks_to_show(request: web.Request, form: Form) -> bool:
    """Whether a person wants to go on with these answers, not to send them. A program never does;
    and to a form that takes none there is nothing to go on with."""
    return (
        SHOW_PARAMETER in request.query
        and answers_origin(request) is Origin.BROWSER
        and not wants_json(request.headers)
        and availability_of(request, form) is Availability.OPEN
    )


def show_again(request: web.Request, form: Form, raw: Raw, *, key: str) -> web.Response:
    """The form in the language that is asked for, with these answers and what is wrong with them,
    under the same key."""
    if form.spam_traps:
        raw, _ = sprung_traps(form, raw, None, now_ms=now_ms())
    errors = _errors(request, form, raw)
    return form_page(
        request,
        form,
        key=key,
        answers=shown_again(form, raw),
        errors=errors,
        notice=None if errors else Notice.SHOWN,
        status=INVALID.status if errors else 200,
    )


def _errors(request: web.Request, form: Form, raw: Raw) -> tuple[FieldError, ...]:
    validator = request.app[FORMS].validator(form.id)
    try:
        validator.validate(
            raw, answers_origin(request), asked=form, texts=lambda: texts_for(request, form)
        )
    except InvalidAnswersError as error:
        return tuple(error.errors)
    return ()
