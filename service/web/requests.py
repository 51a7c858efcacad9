"""What a handler wants to know of a request: its form, its raw answers, its submission key."""

from collections.abc import Mapping

from aiohttp import web
from multidict import CIMultiDictProxy

from service.forms.definition import Form, Origin
from service.forms.raw import Repeated
from service.submission import KEY_FIELD, is_valid_key, new_key, tame_key
from service.wall_clock import now_ms
from service.web import bodies
from service.web.connection import BodyTooSlowError
from service.web.keys import FORMS
from service.web.negotiation import JSON, media_type
from service.web.refusals import (
    BAD_KEY,
    BAD_REQUEST,
    CLIENT_LEFT,
    NOT_FOUND,
    TOO_LARGE,
    TOO_SLOW,
    UNSUPPORTED,
    RefusedError,
)

MOST_BODY_BYTES = 256 * 1024
KEY_HEADER = "Idempotency-Key"


def requested_form(request: web.Request) -> Form:
    """The form of the path; RefusedError where there is none of that id."""
    form = request.app[FORMS].get(request.match_info["form"])
    if form is None:
        raise RefusedError(NOT_FOUND)
    return form


def answers_origin(request: web.Request) -> Origin:
    """Whether the answers are JSON's values, or texts."""
    is_json = media_type(request.headers.get("Content-Type", "")) == JSON
    return Origin.JSON if is_json else Origin.BROWSER


async def read_raw_answers(request: web.Request) -> bodies.Raw:
    """The body as raw values by name, the submission key among them; RefusedError otherwise."""
    _check_charset(request)
    kind = media_type(request.headers.get("Content-Type", ""))
    if kind == JSON:
        return bodies.parse_json(await _read_body(request))
    if kind == "application/x-www-form-urlencoded":
        return bodies.parse_urlencoded(await _read_body(request))
    if kind == "multipart/form-data":
        boundary = _parameters(request).get("boundary", "")
        return bodies.parse_multipart(await _read_body(request), boundary)
    raise RefusedError(UNSUPPORTED)


def _check_charset(request: web.Request) -> None:
    charset = _parameters(request).get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8"):
        raise RefusedError(UNSUPPORTED)


def _parameters(request: web.Request) -> Mapping[str, str]:
    parameters = {}
    for part in request.headers.get("Content-Type", "").split(";")[1:]:
        name, _, value = part.partition("=")
        parameters[name.strip().lower()] = value.strip().strip('"')
    return parameters


async def _read_body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST_BODY_BYTES:
        raise RefusedError(TOO_LARGE, headers={"Connection": "close"})
    try:
        if request.content_length is not None and request.content.is_eof():
            return request.content.read_nowait()  # all is there, as with most answers
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise RefusedError(TOO_LARGE, headers={"Connection": "close"}) from error
    except BodyTooSlowError as error:  # the listener keeps the time, for all connections at once
        raise RefusedError(TOO_SLOW, headers={"Connection": "close"}) from error
    except web.RequestPayloadError as error:
        raise RefusedError(BAD_REQUEST, headers={"Connection": "close"}) from error
    except ConnectionError as error:
        raise RefusedError(CLIENT_LEFT) from error
    except RuntimeError as error:  # so aiohttp says it where they left before it was read (3.14.5)
        if request.transport is not None:
            raise
        raise RefusedError(CLIENT_LEFT) from error


def split_key(raw: bodies.Raw) -> tuple[bodies.Raw, str | None]:
    """The answers without the page's key, and that key; None where it is missing or no text."""
    key = raw.get(KEY_FIELD)
    if isinstance(key, Repeated):
        key = key[0]
    answers = {name: value for name, value in raw.items() if name != KEY_FIELD}
    return answers, key if isinstance(key, str) and key else None


def submission_key(headers: CIMultiDictProxy[str], page_key: str | None) -> str:
    """The key of this submission: the header's, else the page's, else a fresh one.

    A header that cannot be a key is refused, because a program can mend it; the page's never is.
    """
    header = headers.getall(KEY_HEADER, [])
    if header:
        if len(header) > 1 or not is_valid_key(header[0]):
            raise RefusedError(BAD_KEY)
        return header[0]
    return tame_key(page_key) if page_key else new_key(now_ms())
