"""What pages of other sites may do: post to a form that names them, and read what is answered."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from service.forms.definition import Form
from service.web.keys import FORMS, SITE
from service.web.provenance import SAFE_METHODS, is_cross_site, origin_of, own_origins
from service.web.refusals import CROSS_SITE, RefusedError
from service.web.requests import KEY_HEADER, requested_form

_MAX_AGE_SECONDS = 600
_EXPOSED = (
    "Location",
    "Retry-After",
    "RateLimit-Limit",
    "RateLimit-Policy",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "X-Request-Id",
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": f"Content-Type, {KEY_HEADER}",
    "Access-Control-Max-Age": str(_MAX_AGE_SECONDS),
}


@web.middleware
async def refuse_cross_site(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Before anything of a body is read: no page of another site changes anything here, but of one
    that the form names. What is not there at all stays 404."""
    form = form_of_path(request)
    if request.method not in SAFE_METHODS and _is_there(request):
        own = own_origins(request.app[SITE].public_url, request.headers.get("Host"))
        allowed = form.allowed_origins if form else ()
        if is_cross_site(request.headers, own=own, allowed=allowed):
            raise RefusedError(CROSS_SITE)
    return await handler(request)


def _is_there(request: web.Request) -> bool:
    if isinstance(request.match_info.http_exception, web.HTTPNotFound):
        return False
    return "form" not in request.match_info or form_of_path(request) is not None


async def answer_preflight(request: web.Request) -> web.Response:
    """OPTIONS at a form's address: how it can be used, and what a page of the asking origin may
    send to it. A cookie or a password never belongs to that."""
    form = requested_form(request)
    allowed = _allowed_origin(request, form) is not None
    return web.Response(
        status=HTTPStatus.NO_CONTENT,
        headers={"Allow": "GET, HEAD, OPTIONS, POST", **(_PREFLIGHT if allowed else {})},
    )


async def let_origin_read(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler: pages of the origins that a form names may read every answer at its address;
    and on what the answer depends, for caches."""
    if "Access-Control-Allow-Origin" in response.headers:  # of what everybody may read
        return
    form = form_of_path(request)
    depends = depends_on(request.method, form)
    earlier = response.headers.get("Vary")
    if depends:
        response.headers["Vary"] = ", ".join([earlier, *depends] if earlier else depends)
    origin = _allowed_origin(request, form) if form else None
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = ", ".join(_EXPOSED)


def depends_on(method: str, form: Form | None) -> tuple[str, ...]:
    """What of a request's origin an answer depends on, as names of headers."""
    if method not in SAFE_METHODS:
        return "Sec-Fetch-Site", "Origin"
    names_origins = form is not None and bool(form.allowed_origins)
    return ("Origin",) if names_origins or method == "OPTIONS" else ()


def form_of_path(request: web.Request) -> Form | None:
    """The form that the path names, in its own language; None where it names none that is there."""
    return request.app[FORMS].get(request.match_info.get("form", ""))


def _allowed_origin(request: web.Request, form: Form) -> str | None:
    origin = origin_of(request.headers)
    return origin if origin in form.allowed_origins else None
