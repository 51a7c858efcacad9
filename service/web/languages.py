"""In which language a request is answered."""

from collections.abc import Sequence

from aiohttp import web
from multidict import CIMultiDictProxy

from service.forms.definition import Form
from service.texts.catalogue import Catalogue
from service.texts.texts import Texts
from service.web.keys import CATALOGUE, FORMS
from service.web.listed import listed
from service.web.requests import requested_form

LANGUAGE_PARAMETER = "lang"

CHOSEN_BY_HEADER = web.RequestKey("CHOSEN_BY_HEADER", bool)
"""There once the answer depends on Accept-Language, so that it can say so in Vary."""


def form_for(request: web.Request) -> Form:
    """The form of the path, in the language of `?lang=` where it offers that one, else in the best
    for Accept-Language, else in its own. RefusedError where there is no such form."""
    return in_asked_language(request, requested_form(request))


def in_asked_language(request: web.Request, form: Form) -> Form:
    """A form in the language that `form_for` would choose of those that it offers."""
    if len(form.languages) == 1:
        return form
    return form.in_language(_asked(request, form.languages))


def form_if_any(request: web.Request) -> Form | None:
    """As `form_for`; None where the path names no form, or one that is not there."""
    return form_for(request) if request.match_info.get("form") in request.app[FORMS] else None


def texts_for(request: web.Request, form: Form | None) -> Texts:
    """The texts that go with a form in its language, or without one with the request's own.

    A form may be in a language that the catalogue lacks: around it stands the nearest that is
    there, English where none is near.
    """
    catalogue = request.app[CATALOGUE]
    if form is None:
        return catalogue.texts(_asked(request, catalogue.tags))
    return catalogue.texts(catalogue.best(form.language, catalogue.tags))


def _asked(request: web.Request, offered: tuple[str, ...]) -> str:
    named = request.query.get(LANGUAGE_PARAMETER)
    if named in offered:
        return named
    request[CHOSEN_BY_HEADER] = True
    return asked_by_header(request.headers, request.app[CATALOGUE], offered)


def asked_by_header(
    headers: CIMultiDictProxy[str], catalogue: Catalogue, offered: Sequence[str]
) -> str:
    """The best of the offered languages for Accept-Language."""
    return catalogue.best(listed(headers, "Accept-Language"), offered)
