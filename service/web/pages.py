"""The pages a visitor sees: from a form, answers and errors to HTML. Every text is escaped."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from http import HTTPStatus
from uuid import UUID

from aiohttp import web

from service.forms.availability import Availability
from service.forms.definition import Form, Shown
from service.forms.errors import FieldError
from service.forms.raw import shown_defaults
from service.submission import KEY_FIELD, iso_timestamp, short_reference
from service.web.kept_pages import KEPT_PAGES, KeptPages
from service.web.languages import LANGUAGE_PARAMETER, texts_for
from service.web.moulds import Mould, hole
from service.web.rendering import addresses, html, languages_kept, render_page, respond
from service.web.traps import honeypot_name

# A page with a key belongs to one visitor. It has no validator either: a 304 would give the same
# key to two visits. `no-cache`, not `no-store`: going back finds the typed answers again.
PAGE_WITH_KEY = "private, no-cache"
# What shows answers again belongs on no disk: neither a proxy's nor a shared computer's.
_ANSWERS = "private, no-store"
# The status changes, and a program gets JSON from the same address: neither may come out of a cache
# on the way back.
_RECEIPT = "private, no-store"

AGAIN_PARAMETER = "again"
"""In the query of a receipt's address: its answers were sent once more, and not stored twice."""

_DASHES = ("", "-", "-", "-", "-", "", "", "")
"""What stands behind each group of four digits of a receipt."""

_FRESH = ("fresh",)


class Notice(StrEnum):
    """What else there is to say above a form: nothing is wrong with the answers."""

    CONFLICT = "conflict"
    OVERLOADED = "overloaded"
    SHOWN = "shown"


class ReceiptState(StrEnum):
    """What became of a submission; the values stand in the JSON answer too."""

    RECEIVED = "received"
    DELIVERED = "delivered"
    HELD = "held"


def form_page(
    request: web.Request,
    form: Form,
    *,
    key: str | None,
    answers: Mapping[str, Shown],
    errors: Sequence[FieldError] = (),
    notice: Notice | None = None,
    notice_text: str | None = None,
    status: int = 200,
) -> web.Response:
    """The form with these answers in it, and what is wrong beside each field and in a summary.

    Without a key the page is the same for everybody, and its script adds a key. `answers` has what
    the control of every field shows; `notice_text` replaces the notice's own sentence.
    """
    context = _form_context(form, key=key, answers=answers, errors=errors) | {
        "notice": notice,
        "notice_text": notice_text,
    }
    if request.method == "POST":
        context |= {"languages": languages_kept(request, form), "keeps_answers": True}
    is_fresh = status == HTTPStatus.OK and notice is None
    cache = PAGE_WITH_KEY if is_fresh else _ANSWERS
    return respond(request, form, "form.html", context, status=status, cache=cache)


def fresh_page(request: web.Request, form: Form, *, key: str) -> web.Response:
    """What `form_page` gives for an empty form under the form's own address: rendered once, but for
    the key."""
    kept = request.app[KEPT_PAGES]
    page = kept_fresh_page(kept, form, key=key)
    if page is None:
        context = _form_context(form, key=hole("key"), answers=shown_defaults(form))
        mould = Mould(render_page(request, form, "form.html", context))
        kept.keep_mould(form, _FRESH, mould)
        page = mould.cast({"key": key})
    return html(page, language=form.language, cache=PAGE_WITH_KEY)


def kept_fresh_page(kept: KeptPages, form: Form, *, key: str) -> bytes | None:
    """The body of `fresh_page` with PAGE_WITH_KEY; None where it was not rendered yet."""
    mould = kept.find_mould(form, _FRESH)
    return None if mould is None else mould.cast({"key": key})


def _form_context(
    form: Form,
    *,
    key: str | None,
    answers: Mapping[str, Shown],
    errors: Sequence[FieldError] = (),
) -> dict[str, object]:
    return {
        "key_field": KEY_FIELD,
        "key": key,
        "honeypot": honeypot_name(form) if form.spam_traps else None,
        "answers": answers,
        "errors": errors,
        "labels": {field.name: field.label for field in form.fields},
        "messages": {error.field: error.message for error in reversed(errors)},
        "notice": None,
        "notice_text": None,
    }


def unavailable_page(
    request: web.Request,
    form: Form,
    availability: Availability,
    *,
    answers: Mapping[str, Shown] | None = None,
    status: int = 200,
) -> web.Response:
    """Why a form takes no answers now, and when it does or did. `answers` are those that were sent
    all the same: they are shown, to be copied."""
    context = {"availability": availability, "answers": answers}
    cache = "no-cache" if answers is None else _ANSWERS
    return respond(request, form, "unavailable.html", context, status=status, cache=cache)


def receipt_page(
    request: web.Request,
    form: Form | None,
    *,
    receipt: UUID,
    state: ReceiptState,
    received_at: int | None,
) -> web.Response:
    """What became of a submission; `received_at` in ms since the epoch, None where not known. The
    page of a form that is there no more names none, and leads nowhere."""
    again = AGAIN_PARAMETER in request.query
    shape = ("receipt", state, again, received_at is not None)
    mould = None if form is None else request.app[KEPT_PAGES].find_mould(form, shape)
    if mould is None:
        mould = _receipt_mould(request, form, state, again=again, timed=received_at is not None)
        if form is not None:
            request.app[KEPT_PAGES].keep_mould(form, shape, mould)
    texts = texts_for(request, form)
    values = {"reference": short_reference(receipt), "address": str(request.rel_url)}
    values |= {f"group-{at}": group for at, group in enumerate(_groups(receipt))}
    values |= {f"in-{tag}": text for tag, text in addresses(request, form).items()}
    if received_at is not None:
        values["iso"] = iso_timestamp(received_at)
        values["moment"] = texts.moment(received_at)
    language = texts.tag if form is None else form.language
    response = html(mould.cast(values), language=language, cache=_RECEIPT)
    response.headers["Vary"] = "Accept"
    return response


def _receipt_mould(
    request: web.Request, form: Form | None, state: ReceiptState, *, again: bool, timed: bool
) -> Mould:
    context = {
        "reference": hole("reference"),
        # Each is one of four hexadecimal digits; where the receipt has dashes, the page has them.
        "groups": [hole(f"group-{at}") + dash for at, dash in enumerate(_DASHES)],
        "state": state,
        "states": tuple(ReceiptState),
        "again": again,
        "received_iso": hole("iso") if timed else None,
        "received_moment": hole("moment") if timed else None,
        "address": hole("address"),
    }
    page = render_page(
        request, form, "receipt.html", context, address_in=lambda tag: hole(f"in-{tag}")
    )
    return Mould(page)


def _groups(receipt: UUID) -> Sequence[str]:
    return [receipt.hex[at : at + 4] for at in range(0, 32, 4)]


def problem_page(
    request: web.Request, form: Form | None, *, status: int, title: str, text: str
) -> web.Response:
    """An error that shows no answers. With a form it is in that form's language, as title and text
    are already."""
    context = {"title": title, "text": text, "sent": request.method == "POST"}
    return respond(request, form, "problem.html", context, status=status, cache="no-store")


def forms_page(request: web.Request, forms: Sequence[Form]) -> web.Response:
    """The list of forms, each by its title in the language that it is in."""
    asked = request.query.get(LANGUAGE_PARAMETER)
    context = {"forms": forms, "language_parameter": LANGUAGE_PARAMETER, "asked_language": asked}
    return respond(request, None, "forms.html", context, cache="no-cache")
