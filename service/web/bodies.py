"""From the bytes of a body to raw answers, for the three ways in which people send them.

Pure: bytes in, values by name out, or a RefusedError. What decodes differently from what was sent
is refused, not repaired: what is stored must be what was sent.
"""

import json
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_to_bytes

from multipart import MultipartError, MultipartSegment, PushMultipartParser
from yarl import query_to_pairs

from service.forms.raw import Repeated
from service.texts.mark import mark
from service.web.refusals import BAD_REQUEST, TOO_LARGE, RefusedError

MOST_FIELDS = 250
"""A form has 200 fields at most; the rest is room for the service's own and for buttons."""

_MOST_DIGITS = 64
_DEEPEST = 32
_LONGEST_BOUNDARY = 70  # RFC 2046, 5.1.1

_TOO_MANY = mark("There are too many fields in it.")
_NO_JSON = mark("It is not JSON in UTF-8.")

Raw = Mapping[str, object]


class UploadedFile:
    """A file that was sent where the form asks for none: no text, so it is refused as one."""


def parse_urlencoded(body: bytes) -> Raw:
    """application/x-www-form-urlencoded, as the URL standard reads it, but strict UTF-8."""
    try:
        pairs = query_to_pairs(body.decode("utf-8"), max_fields=MOST_FIELDS)
        # What it puts in the place of bytes that are no UTF-8; a person may have typed it, too.
        if any("\ufffd" in name or "\ufffd" in value for name, value in pairs):
            unquote_to_bytes(body).decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(BAD_REQUEST, text=mark("The answers are not UTF-8.")) from error
    except ValueError as error:  # too many fields; the only other error it has
        raise RefusedError(TOO_LARGE, text=_TOO_MANY) from error
    return gather(pairs)


def parse_multipart(body: bytes, boundary: str) -> Raw:
    """multipart/form-data; parts are UTF-8 whatever they say, and no part is a file."""
    pairs: list[tuple[str, object]] = []
    try:
        if not 1 <= len(boundary) <= _LONGEST_BOUNDARY:
            raise RefusedError(BAD_REQUEST, text=mark("The boundary has not 1 to 70 characters."))
        with PushMultipartParser(boundary, content_length=len(body), strict=True) as parser:
            for segment, value in _segments(parser, body):
                if len(pairs) == MOST_FIELDS:
                    raise RefusedError(TOO_LARGE, text=_TOO_MANY)
                pairs.append((segment.name or "", _part(segment, value)))
    except (MultipartError, UnicodeError) as error:
        raise RefusedError(BAD_REQUEST) from error
    return gather(pairs)


def _segments(parser: PushMultipartParser, body: bytes) -> Iterable[tuple[MultipartSegment, bytes]]:
    segment: MultipartSegment | None = None
    value = b""
    for event in parser.parse(body):
        if isinstance(event, MultipartSegment):
            segment, value = event, b""
        elif event is None and segment is not None:
            yield segment, value
        elif event is not None:
            value += event


def _part(segment: MultipartSegment, value: bytes) -> object:
    if segment.header("Content-Encoding") or segment.header(
        "Content-Transfer-Encoding", "8bit"
    ).lower() not in ("7bit", "8bit", "binary"):
        raise RefusedError(BAD_REQUEST, text=mark("A part is encoded; send it as it is."))
    if segment.header("Content-Type", "").lower().startswith("multipart/"):
        # Several files of one control, long ago (RFC 7578, 4.3): no answer is made of parts.
        raise RefusedError(BAD_REQUEST)
    if segment.filename is not None:
        return UploadedFile() if segment.filename or value else ""
    return value.decode("utf-8")


def parse_json(body: bytes) -> Raw:
    """application/json: one flat object, each name once, no number that is not one."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_not_json,
            parse_float=_finite,
            parse_int=_short,
        )
        # A lone surrogate passes JSON's escapes but no encoder after it.
        json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except (ValueError, RecursionError) as error:
        reason = error.args[0] if isinstance(error, _NotJSONError) else _NO_JSON
        raise RefusedError(BAD_REQUEST, text=reason) from error
    if not isinstance(value, dict):
        raise RefusedError(BAD_REQUEST, text=mark("The answers must be one JSON object."))
    if _is_deep(value.values(), _DEEPEST - 1):
        raise RefusedError(BAD_REQUEST, text=mark("It is nested too deeply."))
    return value


def _is_deep(values: Iterable[object], deepest: int) -> bool:
    """Whether there is anything below so many levels. No answer has even two: what is within gets
    an error at its field."""
    level = [value for value in values if isinstance(value, list | dict)]
    for _ in range(deepest):
        if not level:
            return False
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, list | dict)
        ]
    return bool(level)


class _NotJSONError(ValueError):
    """Python would take it, the JSON of this service does not; the text has no input in it."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _NotJSONError(mark("A name stands twice in the JSON object."))
    if len(value) > MOST_FIELDS:
        raise RefusedError(TOO_LARGE, text=_TOO_MANY)
    return value


def _not_json(_: str) -> None:
    raise _NotJSONError(mark("NaN and Infinity are not JSON."))


def _finite(digits: str) -> Decimal:
    # Exact, so that validation sees how many digits were sent, not how many a float keeps.
    if len(digits) > _MOST_DIGITS or not math.isfinite(float(digits)):
        raise _NotJSONError(mark("A number is too large."))
    return Decimal(digits)


def _short(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise _NotJSONError(mark("A number is too large."))
    return int(digits)


def gather(pairs: Iterable[tuple[str, object]]) -> Raw:
    """Values by name; several under one name become a Repeated, so that validation sees them."""
    raw: dict[str, object] = {}
    for name, value in pairs:
        if name in raw:
            known = raw[name]
            earlier = known if isinstance(known, Repeated) else Repeated([known])
            raw[name] = Repeated([*earlier, value])
        else:
            raw[name] = value
    return raw
