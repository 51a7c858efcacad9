"""POST: an answer is taken here. What says "thank you" comes after the commit and nowhere else."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from aiohttp import web

from service.forms.availability import Availability
from service.forms.definition import Form, Origin
from service.forms.errors import FieldError, InvalidAnswersError
from service.forms.raw import shown_again
from service.forms.validation import Validator
from service.spool.ports import (
    Accepted,
    FormFull,
    KeyTaken,
    Shortage,
    SpoolBroken,
    SpoolFull,
)
from service.submission import (
    Submission,
    iso_timestamp,
    make_submission,
    new_key,
    short_reference,
)
from service.wall_clock import now_ms
from service.web.availability import UNAVAILABLE_FORM, availability_of
from service.web.bodies import Raw
from service.web.client import client_of
from service.web.client_address import apply_policy
from service.web.keys import FORMS, INTAKE, METRICS, RECEIPT_LINKS, SITE
from service.web.languages import LANGUAGE_PARAMETER, form_for, texts_for
from service.web.negotiation import wants_json
from service.web.pages import AGAIN_PARAMETER, Notice, form_page, unavailable_page
from service.web.problems import problem_response
from service.web.receipt_links import ReceiptLinks
from service.web.receipts import receipt_state
from service.web.refusals import DISK_FULL, FULL, INVALID, KEY_TAKEN, UNAVAILABLE, Refusal
from service.web.requests import (
    answers_origin,
    read_raw_answers,
    split_key,
    submission_key,
)
from service.web.show_again import asks_to_show, show_again
from service.web.traps import Trap, sprung_traps

RETRY_WHEN_BROKEN_SECONDS = 10

TOLD = {"Cache-Control": "no-store"}
"""On every answer that tells of a receipt."""

_SHORT_OF: Mapping[Shortage, Refusal] = {
    Shortage.DELIVERY: FULL,
    Shortage.WRITER: FULL,
    Shortage.DISK_TIME: UNAVAILABLE,
    Shortage.DISK_ROOM: DISK_FULL,
}


async def submit(request: web.Request) -> web.Response:
    """Take an answer: a receipt once it is on disk, or what is wrong with it, answers kept.

    Forms may be replaced while the body arrives: then these answers are to the form of before.
    """
    form = form_for(request)
    validator = request.app[FORMS].validator(form.id)
    raw, page_key = split_key(await read_raw_answers(request))
    key = submission_key(request.headers, page_key)
    if asks_to_show(request, form):
        return show_again(request, form, raw, key=key)
    spam: Sequence[Trap] = ()
    if form.spam_traps and answers_origin(request) is Origin.BROWSER:
        raw, spam = sprung_traps(form, raw, page_key, now_ms=now_ms())
    stands = availability_of(request, form)
    try:
        if stands is not Availability.OPEN:
            return await _repeat_or_refuse(request, form, validator, stands, raw=raw, key=key)
        request.app[INTAKE].check_room()
        submission = _submission(request, form, validator, key, raw, spam)
        accepted = await request.app[INTAKE].put(submission, limit=form.limit)
    except FormFull:
        return _turn_away(request, form, Availability.FULL, raw)
    except InvalidAnswersError as error:
        return _refuse(request, form, INVALID, raw=raw, key=key, errors=error.errors)
    except KeyTaken:
        return _refuse(
            request, form, KEY_TAKEN, raw=raw, key=new_key(now_ms()), notice=Notice.CONFLICT
        )
    except SpoolFull as error:
        refusal = _SHORT_OF[error.shortage]
        return _overloaded(request, form, refusal, raw, key, error.retry_after_seconds)
    except SpoolBroken:
        return _overloaded(request, form, UNAVAILABLE, raw, key, RETRY_WHEN_BROKEN_SECONDS)
    if not accepted.repeated:
        for trap in spam:
            request.app[METRICS].flagged.labels(form.id, trap).inc()
    return _thank(request, form, accepted)


async def _repeat_or_refuse(
    request: web.Request,
    form: Form,
    validator: Validator,
    stands: Availability,
    *,
    raw: Raw,
    key: str,
) -> web.Response:
    """A form that takes no answers still says what became of those that it took."""
    try:
        receipt = _submission(request, form, validator, key, raw).receipt
    except InvalidAnswersError:
        return _turn_away(request, form, stands, raw)
    entry = await request.app[INTAKE].find(receipt)
    if entry is None or entry.form != form.id:
        return _turn_away(request, form, stands, raw)
    return _thank(request, form, Accepted(entry=entry, repeated=True))


def _turn_away(request: web.Request, form: Form, stands: Availability, raw: Raw) -> web.Response:
    refusal = UNAVAILABLE_FORM[stands]
    request.app[METRICS].refused.labels(refusal.code).inc()
    if wants_json(request.headers):
        return problem_response(refusal, detail=refusal.text, texts=texts_for(request, form))
    return unavailable_page(
        request, form, stands, answers=shown_again(form, raw), status=refusal.status
    )


def _submission(
    request: web.Request,
    form: Form,
    validator: Validator,
    key: str,
    raw: Raw,
    spam: Sequence[Trap] = (),
) -> Submission:
    answers = validator.validate(
        raw, answers_origin(request), asked=form, texts=lambda: texts_for(request, form)
    )
    return make_submission(
        form=form.id,
        index=form.index,
        key=key,
        answers=answers,
        tags=form.tags,
        client_address=apply_policy(client_of(request), form.client_address),
        received_at=now_ms(),
        spam=spam,
    )


def _thank(request: web.Request, form: Form, accepted: Accepted) -> web.Response:
    entry = accepted.entry
    links = request.app[RECEIPT_LINKS]
    if not wants_json(request.headers):
        chosen = request.query.get(LANGUAGE_PARAMETER)
        language = chosen if chosen in form.languages else None
        return web.Response(
            status=HTTPStatus.SEE_OTHER,
            headers={"Location": receipt_page_of(links, accepted, language), **TOLD},
        )
    path = links.path(entry.form, entry.receipt, entry.received_at)
    return web.json_response(
        {
            "receipt": str(entry.receipt),
            "reference": short_reference(entry.receipt),
            "form": entry.form,
            "received_at": iso_timestamp(entry.received_at),
            "status": receipt_state(request, entry),
            "status_url": _origin(request) + path,
        },
        status=HTTPStatus.OK if accepted.repeated else HTTPStatus.CREATED,
        headers=TOLD,
    )


def receipt_page_of(links: ReceiptLinks, accepted: Accepted, language: str | None = None) -> str:
    """Where a browser is sent. What only that page wants to know is at the end: nothing is signed
    of it, nothing kept."""
    entry = accepted.entry
    path = links.path(entry.form, entry.receipt, entry.received_at)
    again = f"&{AGAIN_PARAMETER}=1" if accepted.repeated else ""
    return path + again + (f"&{LANGUAGE_PARAMETER}={language}" if language else "")


def _origin(request: web.Request) -> str:
    return request.app[SITE].public_url or f"{request.scheme}://{request.host}"


def _overloaded(
    request: web.Request, form: Form, refusal: Refusal, raw: Raw, key: str, retry_after: int
) -> web.Response:
    response = _refuse(request, form, refusal, raw=raw, key=key, notice=Notice.OVERLOADED)
    response.headers["Retry-After"] = str(retry_after)
    return response


def _refuse(
    request: web.Request,
    form: Form,
    refusal: Refusal,
    *,
    raw: Raw,
    key: str,
    errors: Sequence[FieldError] = (),
    notice: Notice | None = None,
) -> web.Response:
    """The refusal for a program, or for a person the page again, with all that was typed."""
    request.app[METRICS].refused.labels(refusal.code).inc()
    texts = texts_for(request, form)
    if wants_json(request.headers):
        return problem_response(refusal, detail=refusal.text, texts=texts, errors=errors)
    return form_page(
        request,
        form,
        key=key,
        answers=shown_again(form, raw),
        errors=errors,
        notice=notice,
        notice_text=texts.gettext(refusal.text) if notice is Notice.OVERLOADED else None,
        status=refusal.status,
    )
