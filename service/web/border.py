"""The border of the public listener: one line in the log a request, and every error an answer."""

import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from service.observability.request_lines import REQUEST_LINES, new_request_id, request_id
from service.spool.ports import SpoolBroken
from service.texts.mark import mark
from service.web.client import client_of
from service.web.client_address import network_of
from service.web.cross_site import form_of_path
from service.web.heads import is_host_allowed
from service.web.keys import METRICS, SITE
from service.web.languages import CHOSEN_BY_HEADER, form_if_any, texts_for
from service.web.negotiation import wants_json
from service.web.pages import problem_page
from service.web.problems import problem_response
from service.web.protection import POLICY, protective_headers
from service.web.refusals import (
    FAILED,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    TOO_LARGE,
    UNAVAILABLE,
    WRONG_HOST,
    Refusal,
    RefusedError,
)

_LOG = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler: the same protective headers on every answer, and what it depends on."""
    protective = protective_headers(request.app[SITE], form_of_path(request))
    if POLICY in response.headers:
        protective = {**protective, POLICY: response.headers[POLICY]}
    response.headers.update(protective)
    if request.get(CHOSEN_BY_HEADER):
        earlier = response.headers.get("Vary")
        response.headers["Vary"] = f"{earlier}, Accept-Language" if earlier else "Accept-Language"


@web.middleware
async def log_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One line when the answer is ready: the route's template, never the path or the query, and
    the client's network, never its address."""
    started = time.perf_counter()
    identifier = new_request_id()
    token = request_id.set(identifier)
    try:
        response = await handler(request)
        seconds = time.perf_counter() - started
        route = _route(request)
        request.app[METRICS].request_seconds.labels(route).observe(seconds)
        REQUEST_LINES.write(
            method=request.method,
            route=route,
            status=response.status,
            seconds=seconds,
            size=response.content_length or 0,
            network=network_of(client_of(request)),
            identifier=identifier,
        )
    finally:
        request_id.reset(token)
    response.headers["X-Request-Id"] = identifier
    return response


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return "unmatched" if resource is None else resource.canonical


@web.middleware
async def translate_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The only place where an exception becomes an answer."""
    try:
        if not is_host_allowed(request.headers, request.app[SITE]):
            raise RefusedError(WRONG_HOST)
        return await handler(request)
    except RefusedError as error:
        return _refuse(request, error)
    except web.HTTPNotFound:
        return _refuse(request, RefusedError(NOT_FOUND))
    except web.HTTPMethodNotAllowed as error:
        allowed = {"Allow": error.headers["Allow"]}
        return _refuse(request, RefusedError(METHOD_NOT_ALLOWED, headers=allowed))
    except web.HTTPRequestEntityTooLarge:
        return _refuse(request, RefusedError(TOO_LARGE))
    except SpoolBroken:
        return _refuse(request, RefusedError(UNAVAILABLE, headers={"Retry-After": "10"}))
    except web.HTTPException as error:
        return _refuse(request, RefusedError(_other(error.status)))
    except Exception:
        _LOG.exception("request_failed", method=request.method, route=_route(request))
        return _refuse(request, RefusedError(FAILED))


def _other(status: int) -> Refusal:
    """A status of aiohttp's own that is none of ours, with its number and no details."""
    return Refusal(
        code="bad_request" if status < 500 else "failed",
        status=status,
        title=mark("This request cannot be answered"),
        text=mark("What your browser or program sent is not something this service can answer."),
    )


def _refuse(request: web.Request, error: RefusedError) -> web.Response:
    request.app[METRICS].refused.labels(error.refusal.code).inc()
    form = form_if_any(request)
    texts = texts_for(request, form)
    if wants_json(request.headers):
        return problem_response(
            error.refusal, detail=error.text, texts=texts, headers=error.headers
        )
    response = problem_page(
        request,
        form,
        status=error.refusal.status,
        title=texts.gettext(error.refusal.title),
        text=texts.gettext(error.text),
    )
    response.headers.update(error.headers)
    return response
