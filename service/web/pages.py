"""The pages a visitor sees: from a form, answers and errors to HTML. Every text is escaped."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from aiohttp import web

from service.forms.definition import Form, Shown
from service.forms.errors import FieldError
from service.submission import KEY_FIELD, iso_timestamp
from service.texts.texts import Texts
from service.web.environments import render
from service.web.languages import texts_for

# A page with a key belongs to one visitor. It has no validator either: a 304 would give the same
# key to two visits. `no-cache`, not `no-store`: going back finds the typed answers again.
_PAGE_WITH_KEY = "private, no-cache"
# The status changes, and a program gets JSON from the same address: neither may come out of a cache
# on the way back.
_RECEIPT = "private, no-store"

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
    key: str,
    answers: Mapping[str, Shown],
    errors: Sequence[FieldError] = (),
    notice: Notice | None = None,
    notice_text: str | None = None,
    status: int = 200,
) -> web.Response:
    """The form with these answers in it, and what is wrong beside each field and in a summary.

    `answers` has what the control of every field shows; `notice_text` replaces the notice's
    own sentence.
    """
    context = {
        "form": form,
        "key_field": KEY_FIELD,
        "key": key,
        "answers": answers,
        "errors": errors,
        "labels": {field.name: field.label for field in form.fields},
        "messages": {error.field: error.message for error in reversed(errors)},
        "notice": notice,
        "notice_text": notice_text,
    }
    texts = texts_for(request, form)
    return _respond(request, texts, "form.html", context, status=status, cache=_PAGE_WITH_KEY)


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
    texts = texts_for(request, form)
    context = {
        "form": form,
        "groups": _RECEIPT_GROUP.findall(str(receipt)),
        "state": state,
        "states": tuple(ReceiptState),
        "received_iso": None if received_at is None else iso_timestamp(received_at),
        "received_text": None if received_at is None else texts.moment(received_at),
        "address": str(request.rel_url),
    }
    template = "receipt_without_form.html" if form is None else "receipt.html"
    response = _respond(request, texts, template, context, cache=_RECEIPT)
    response.headers["Vary"] = "Accept"
    return response


def problem_page(request: web.Request, *, status: int, title: str, text: str) -> web.Response:
    """An error that is about no form."""
    context = {"title": title, "text": text}
    texts = texts_for(request, None)
    return _respond(request, texts, "problem.html", context, status=status, cache="no-store")


def forms_page(request: web.Request, forms: Sequence[Form]) -> web.Response:
    """The list of all forms."""
    texts = texts_for(request, None)
    return _respond(request, texts, "forms.html", {"forms": forms}, cache="no-cache")


def _respond(
    request: web.Request,
    texts: Texts,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
    cache: str,
) -> web.Response:
    text = render(request, texts, template, context)
    return web.Response(
        status=status,
        # What is shown again was never validated: a lone surrogate in it must not be our error.
        body=text.encode("utf-8", "replace"),
        content_type="text/html",
        charset="utf-8",
        headers={"Cache-Control": cache, "Content-Language": texts.tag},
    )
