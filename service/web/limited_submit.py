"""POST, where submissions are limited: who is over a limit gets their answers back, to send later.

Decided by what the head says, before anything of the body is read. The body is read all the same
for a person, whose page has the answers in it again; none of it is validated.
"""

from aiohttp import web

from service.forms.definition import Form
from service.forms.raw import shown_again
from service.web.buckets import whole_seconds
from service.web.client import client_of
from service.web.keys import METRICS
from service.web.languages import form_for, texts_for
from service.web.limits import Decision, RateLimits
from service.web.negotiation import wants_json
from service.web.pages import Notice, form_page
from service.web.refusals import RATE_LIMITED, RefusedError
from service.web.requests import read_raw_answers, split_key, submission_key
from service.web.submit import submit
from service.web.waiting import why_to_wait

LIMITS = web.AppKey("LIMITS", RateLimits)


async def submit_within_limits(request: web.Request) -> web.StreamResponse:
    """As `submit`, for as many as the limits allow; the rest is 429. Every answer tells of the
    budget that has least left."""
    form = form_for(request)
    decision = request.app[LIMITS].decide(client_of(request), form.id)
    if decision.refused:
        return await _refuse(request, form, decision)
    try:
        response = await submit(request)
    except RefusedError as error:
        error.headers |= decision.headers
        raise
    response.headers.update(decision.headers)
    return response


async def _refuse(request: web.Request, form: Form, decision: Decision) -> web.Response:
    request.app[METRICS].rate_limited.labels(decision.budget).inc()
    if wants_json(request.headers):
        raise RefusedError(RATE_LIMITED, headers=decision.headers)
    raw, page_key = split_key(await read_raw_answers(request))
    key = submission_key(request.headers, page_key)
    request.app[METRICS].refused.labels(RATE_LIMITED.code).inc()
    wait = whole_seconds(decision.standing.wait_ns)
    response = form_page(
        request,
        form,
        key=key,
        answers=shown_again(form, raw),
        notice=Notice.OVERLOADED,
        notice_text=why_to_wait(decision.budget, wait, texts_for(request, form)),
        status=RATE_LIMITED.status,
    )
    response.headers.update(decision.headers)
    return response
