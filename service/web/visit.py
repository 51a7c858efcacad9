"""GET: the pages people come to: the list of forms, and a form."""

from http import HTTPStatus

from aiohttp import web

from service.forms.availability import Availability
from service.forms.definition import Form
from service.forms.raw import shown_defaults
from service.submission import new_key
from service.wall_clock import now_ms
from service.web.availability import availability_of
from service.web.kept_pages import KEPT_PAGES, fresh_seconds
from service.web.keys import FORMS
from service.web.languages import LANGUAGE_PARAMETER, form_for, in_asked_language
from service.web.pages import form_page, forms_page, fresh_page, unavailable_page
from service.web.representation import Representation, represent, send


async def show_start(request: web.Request) -> web.Response:
    """The only form, or the list of all, each in the best of its languages for the visitor."""
    forms = list(request.app[FORMS].values())
    if len(forms) == 1:
        tag = request.query.get(LANGUAGE_PARAMETER)
        query = f"?{LANGUAGE_PARAMETER}={tag}" if tag in forms[0].languages else ""
        location = f"/f/{forms[0].id}{query}"
        return web.Response(status=HTTPStatus.FOUND, headers={"Location": location})
    return forms_page(request, [in_asked_language(request, form) for form in forms])


async def show_form(request: web.Request) -> web.Response:
    """The empty form, or why it takes no answers. A page that caches may keep has no key and is
    the same for all; any other has a submission key of its own. A program that wants JSON gets the
    page as well: its Link header names the description, and no cache has to tell the two apart."""
    form = form_for(request)
    stands = availability_of(request, form)
    if form.cache_seconds:
        response = _send_shared(request, form, stands)
    else:
        response = _send_own(request, form, stands)
    response.headers["Link"] = description_link(form)
    return response


def description_link(form: Form) -> str:
    """Where a program finds out what a form asks: the value of Link."""
    return f'</f/{form.id}/schema.json>; rel="describedby"; type="application/schema+json"'


def _send_own(request: web.Request, form: Form, stands: Availability) -> web.Response:
    key = new_key(now_ms())
    if stands is Availability.OPEN and _is_plain(request, form):
        return fresh_page(request, form, key=key)
    return _page(request, form, stands, key=key)


def _send_shared(request: web.Request, form: Form, stands: Availability) -> web.Response:
    seconds = fresh_seconds(form, stands, now_ms=now_ms())
    headers = {"Cache-Control": f"public, max-age={seconds}", "Content-Language": form.language}
    return send(request, _shared_page(request, form, stands), headers)


def _shared_page(request: web.Request, form: Form, stands: Availability) -> Representation:
    page = request.app[KEPT_PAGES].find(form, stands)
    plain = _is_plain(request, form)
    if page is None or not plain:
        rendered = _page(request, form, stands, key=None)
        page = represent((rendered.text or "").encode(), "text/html")
        if plain:
            request.app[KEPT_PAGES].keep(form, stands, page)
    return page


def _is_plain(request: web.Request, form: Form) -> bool:
    """Whether the address is the form's own. Links on the page repeat what else is in it, and what
    one visitor put there is not for the others."""
    return request.rel_url.raw_path == f"/f/{form.id}" and (
        request.query.keys() <= {LANGUAGE_PARAMETER}
    )


def _page(
    request: web.Request, form: Form, stands: Availability, *, key: str | None
) -> web.Response:
    if stands is not Availability.OPEN:
        return unavailable_page(request, form, stands)
    return form_page(request, form, key=key, answers=shown_defaults(form))
