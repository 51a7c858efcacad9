"""Bytes that many are sent unchanged: made once, compressed once, and not sent to who has them."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web
from multidict import CIMultiDictProxy

from service.texts.preference import weight_of
from service.web.listed import listed
from service.web.validators import is_known

_ETAG_DIGITS = 20
_UNZIPPED_AT_LEAST = 0.95  # an image gains nothing, and would only have to be unpacked


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """A body as it is and, where that is shorter, gzipped. The ETag is strong, over the bytes; the
    gzipped body has one of its own, as these are other bytes (RFC 9110, 8.8.3.3)."""

    content_type: str
    body: bytes
    gzipped: bytes | None
    etag: str


def represent(body: bytes, content_type: str) -> Representation:
    """Compress and name a body. Blocks, about a millisecond for 20 KB."""
    gzipped = gzip.compress(body, compresslevel=9, mtime=0)
    return Representation(
        content_type=content_type,
        body=body,
        gzipped=gzipped if len(gzipped) < _UNZIPPED_AT_LEAST * len(body) else None,
        etag=hashlib.sha256(body).hexdigest()[:_ETAG_DIGITS],
    )


def send(
    request: web.Request, representation: Representation, headers: Mapping[str, str]
) -> web.Response:
    """The body in the encoding that is accepted, or 304 to who has it; both with these headers."""
    gzipped = representation.gzipped if accepts_gzip(request.headers) else None
    etag = representation.etag if gzipped is None else f"{representation.etag}-gzip"
    if is_known(request.headers, etag):
        response = web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    else:
        is_text = representation.content_type.startswith("text/")
        response = web.Response(
            body=representation.body if gzipped is None else gzipped,
            content_type=representation.content_type,
            charset="utf-8" if is_text else None,
            headers=headers,
        )
        if gzipped is not None:
            response.headers["Content-Encoding"] = "gzip"
    if representation.gzipped is not None:
        response.headers["Vary"] = "Accept-Encoding"
    response.etag = etag
    return response


def accepts_gzip(headers: CIMultiDictProxy[str]) -> bool:
    """Whether Accept-Encoding takes gzip, by name or by `*`, with a weight above 0 (RFC 9110)."""
    weights: dict[str, float] = {}
    for part in listed(headers, "Accept-Encoding").split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip().lower()] = weight_of(parameter)
    return weights.get("gzip", weights.get("*", 0.0)) > 0
