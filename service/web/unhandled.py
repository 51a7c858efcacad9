"""What is said, and to whom, where a request reaches no handler. Pure but for the log."""

from traceback import walk_tb

import structlog
from aiohttp import web
from aiohttp.http import HttpVersion11, RawRequestMessage
from multidict import CIMultiDict, CIMultiDictProxy

from service.web.heads import VERSIONS

_LOG = structlog.get_logger(__name__)


def answerable(message: RawRequestMessage) -> RawRequestMessage:
    """The message without what aiohttp would act upon before any middleware, or repeat in the
    answer's own head; its connection ends with the answer."""
    headers = CIMultiDict(message.headers)
    headers.popall("Expect", None)
    return message._replace(
        headers=CIMultiDictProxy(headers),
        version=message.version if message.version in VERSIONS else HttpVersion11,
        should_close=True,
    )


def as_meant(message: RawRequestMessage) -> RawRequestMessage:
    """The message with no more of the target than path and query: a fragment is the browser's own,
    and would stand in the links of a page. Whoever asks for another protocol gets one answer in
    this one: the parser loses what comes in one piece with such a request (3.14.5)."""
    url = message.url
    if url.absolute:
        url = url.relative()
    if url.raw_fragment:
        url = url.with_fragment(None)
    if "Upgrade" in message.headers:
        return message._replace(url=url, should_close=True)
    return message if url is message.url else message._replace(url=url)


def told_length(message: RawRequestMessage) -> int | None:
    """How long the body is said to be. The parser has made sure that it is a number."""
    length = message.headers.get("Content-Length")
    return None if length is None else int(length)


def in_bytes(response: web.Response) -> bytes:
    """An answer for whoever has asked nothing yet, and is not listened to after it."""
    body = response.body if isinstance(response.body, bytes) else b""
    headers = {**response.headers, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"HTTP/1.1 {response.status} {response.reason}"]
    lines.extend(f"{name}: {value}" for name, value in headers.items())
    return "\r\n".join([*lines, "", ""]).encode() + body


def report(event: str, error: object) -> None:
    """A fault of ours: where it was raised, without the texts, which may quote a request."""
    frames = list(walk_tb(error.__traceback__)) if isinstance(error, BaseException) else []
    code = frames[-1][0].f_code if frames else None
    _LOG.error(
        event,
        error_type=type(error).__name__,
        place=code and f"{code.co_filename.rpartition('/')[2]}:{code.co_qualname}",
    )
