"""GET: the pages people come to: the list of forms, and a form."""

from http import HTTPStatus

from aiohttp import web

from service.forms.raw import shown_defaults
from service.submission import new_key
from service.web.keys import FORMS
from service.web.pages import form_page, forms_page
from service.web.requests import now_ms, requested_form


async def show_start(request: web.Request) -> web.Response:
    """The only form, or the list of all."""
    forms = list(request.app[FORMS].values())
    if len(forms) == 1:
        return web.Response(status=HTTPStatus.FOUND, headers={"Location": f"/f/{forms[0].id}"})
    return forms_page(request, forms)


async def show_form(request: web.Request) -> web.Response:
    """The empty form, with a submission key of its own."""
    form = requested_form(request)
    return form_page(request, form, key=new_key(now_ms()), answers=shown_defaults(form))
