"""From a template and what it shows to an answer; and what every page shows: its language, and
links to the same page in the other languages of its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from service.forms.definition import Form
from service.texts.texts import Texts
from service.web.environments import render
from service.web.keys import CATALOGUE, FORMS
from service.web.languages import LANGUAGE_PARAMETER, texts_for

SHOW_PARAMETER = "show"
"""In the query of a POST: its answers are to be shown again, and not stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLanguage:
    """The same page in one of the form's languages, this one included. `address` is relative to
    the page's own."""

    tag: str
    name: str
    direction: str
    address: str


def respond(
    request: web.Request,
    form: Form | None,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
    cache: str,
) -> web.Response:
    """A page in the form's language, or in the request's own where it is about no form."""
    text = render_page(request, form, template, context)
    language = texts_for(request, None).tag if form is None else form.language
    # What is shown again was never validated: a lone surrogate in it must not be our error.
    return html(text.encode("utf-8", "replace"), status=status, language=language, cache=cache)


def render_page(
    request: web.Request,
    form: Form | None,
    template: str,
    context: Mapping[str, object],
    *,
    address_in: Callable[[str], str] | None = None,
) -> str:
    """The HTML of a page. `address_in` gives the page's address in the language of a tag, where the
    request's own is not the one."""
    texts = texts_for(request, form)
    everywhere = {
        "form": form,
        "language": texts.tag if form is None else form.language,
        "direction": texts.direction if form is None else form.direction,
        "languages": _languages(request, form, address_in or partial(address_of, request)),
        "keeps_answers": False,
        "language_query": _language_query(request, form),
    }
    return render(request, texts, template, {**everywhere, **context})


def addresses(request: web.Request, form: Form | None) -> Mapping[str, str]:
    """The page's address in each of the languages it is offered in; none where it is in one."""
    offered = _offered(request, form)
    return {tag: address_of(request, tag) for tag in offered} if len(offered) > 1 else {}


def address_of(request: web.Request, tag: str) -> str:
    """The address of the requested page in another language."""
    return str(request.rel_url.update_query({LANGUAGE_PARAMETER: tag}))


def html(body: bytes, *, status: int = 200, language: str, cache: str) -> web.Response:
    """A page in a language, and how long it may be kept."""
    return web.Response(
        status=status,
        body=body,
        headers=html_headers(language=language, cache=cache),
    )


def html_headers(*, language: str, cache: str) -> Mapping[str, str]:
    """What is said of a page, whatever is on it."""
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": cache,
        "Content-Language": language,
    }


def _offered(request: web.Request, form: Form | None) -> tuple[str, ...]:
    """The tags of all the form's languages: its translation alone knows but its own."""
    whole = None if form is None else request.app[FORMS].get(form.id, form)
    return () if whole is None else whole.languages


def _language_query(request: web.Request, form: Form | None) -> str | None:
    """What keeps the language from page to page, where there is a choice."""
    offered = _offered(request, form)
    return f"{LANGUAGE_PARAMETER}={form.language}" if form and len(offered) > 1 else None


def _languages(
    request: web.Request, form: Form | None, address_in: Callable[[str], str]
) -> tuple[OtherLanguage, ...]:
    offered = _offered(request, form)
    # A link would lose what was typed into the page that answers a POST: see `languages_kept`.
    if len(offered) < 2 or request.method == "POST":
        return ()
    return tuple(_other(request, tag, address_in(tag)) for tag in offered)


def languages_kept(request: web.Request, form: Form) -> tuple[OtherLanguage, ...]:
    """The languages of a page with answers in it: each address is to be sent them by POST, and
    shows them again."""
    offered = _offered(request, form)
    address = f"/f/{form.id}?{SHOW_PARAMETER}&{LANGUAGE_PARAMETER}="
    return tuple(_other(request, tag, address + tag) for tag in offered) if len(offered) > 1 else ()


def _other(request: web.Request, tag: str, address: str) -> OtherLanguage:
    texts: Texts = request.app[CATALOGUE].texts(
        request.app[CATALOGUE].best(tag, request.app[CATALOGUE].tags)
    )
    return OtherLanguage(tag=tag, name=texts.name, direction=texts.direction, address=address)
