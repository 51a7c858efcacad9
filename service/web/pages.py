"""The pages a visitor sees: from a form, answers and errors to HTML. Every text is escaped."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from http import HTTPStatus
from uuid import UUID

from aiohttp import web

from service.forms.availability import Availability
from service.forms.definition import Form, Shown
from service.forms.errors import FieldError
from service.submission import KEY_FIELD, iso_timestamp, short_reference
from service.web.languages import LANGUAGE_PARAMETER
from service.web.rendering import html, respond
from service.web.traps import honeypot_name

# A page with a key belongs to one visitor. It has no validator either: a 304 would give the same
# key to two visits. `no-cache`, not `no-store`: going back finds the typed answers again.
_PAGE_WITH_KEY = "private, no-cache"
# What shows answers again belongs on no disk: neither a proxy's nor a shared computer's.
_ANSWERS = "private, no-store"
# The status changes, and a program gets JSON from the same address: neither may come out of a cache
# on the way back.
_RECEIPT = "private, no-store"

AGAIN_PARAMETER = "again"
"""In the query of a receipt's address: its answers were sent once more, and not stored twice."""

_RECEIPT_GROUP = re.compile(".{4}-?")


class Notice(StrEnum):
    """What else there is to say above a form: nothing is wrong with the answers."""

    CONFLICT = "conflict"
    OVERLOADED = "overloaded"


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
    context = {
        "key_field": KEY_FIELD,
        "key": key,
        "honeypot": honeypot_name(form) if form.spam_traps else None,
        "answers": answers,
        "errors": errors,
        "labels": {field.name: field.label for field in form.fields},
        "messages": {error.field: error.message for error in reversed(errors)},
        "notice": notice,
        "notice_text": notice_text,
    }
    cache = _PAGE_WITH_KEY if status == HTTPStatus.OK else _ANSWERS
    return respond(request, form, "form.html", context, status=status, cache=cache)


def form_response(form: Form, page: bytes) -> web.Response:
    """The answer that `form_page` gives for an empty form, of a page that it rendered before."""
    return html(page, language=form.language, cache=_PAGE_WITH_KEY)


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
    context = {
        "reference": short_reference(receipt),
        "groups": _RECEIPT_GROUP.findall(str(receipt)),
        "state": state,
        "states": tuple(ReceiptState),
        "again": AGAIN_PARAMETER in request.query,
        "received_at": received_at,
        "received_iso": None if received_at is None else iso_timestamp(received_at),
        "address": str(request.rel_url),
    }
    response = respond(request, form, "receipt.html", context, cache=_RECEIPT)
    response.headers["Vary"] = "Accept"
    return response


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
