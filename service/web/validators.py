"""Whether whoever asks has the answer already (RFC 9110, 13.1.2)."""

from aiohttp import web


def is_known(request: web.Request, etag: str) -> bool:
    """Whether If-None-Match names this ETag, given without its quotes; weak or not is the same."""
    return any(known.value in ("*", etag) for known in request.if_none_match or ())
