"""Requests as bytes, so that anything about them can be wrong. Each asks for the form of the table.

Nothing is added to what is given but Host, Content-Type and Content-Length.
"""

import json
from urllib.parse import quote_plus

from tests.web.raw import CANARY

URLENCODED = b"application/x-www-form-urlencoded"
JSON = b"application/json"
MULTIPART = b"multipart/form-data"

HOST = b"Host: localhost\r\n"
PATH = b"/f/table"
QUERY = PATH + b"?essay=" + CANARY

BOUNDARY = b"cut"


def get(
    target: bytes = QUERY,
    *,
    method: bytes = b"GET",
    host: bytes = HOST,
    head: bytes = b"",
    version: bytes = b"HTTP/1.1",
) -> bytes:
    """A request without a body."""
    return b"%b %b %b\r\n%b%b\r\n" % (method, target, version, host, head)


def post(
    body: bytes,
    *,
    kind: bytes | None = URLENCODED,
    head: bytes = b"",
    length: bytes | None = None,
    target: bytes = PATH,
    host: bytes = HOST,
) -> bytes:
    """A body with its length, or with what is said to be one."""
    told = b"Content-Length: %b\r\n" % (b"%d" % len(body) if length is None else length)
    typed = b"" if kind is None else b"Content-Type: %b\r\n" % kind
    return get(target, method=b"POST", host=host, head=typed + told + head) + body


def chunked(
    chunks: bytes,
    *,
    coding: bytes = b"chunked",
    head: bytes = b"",
    target: bytes = PATH,
) -> bytes:
    """A body in chunks, which are given as they are sent; nothing ends them."""
    told = b"Content-Type: %b\r\nTransfer-Encoding: %b\r\n" % (URLENCODED, coding)
    return get(target, method=b"POST", head=told + head) + chunks


def chunk(data: bytes) -> bytes:
    """One chunk as it should be."""
    return b"%x\r\n%b\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"


def urlencoded(head: bytes = b"", /, **answers: str) -> bytes:
    """Answers as a browser sends them."""
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in answers.items())
    return post(body.encode(), head=head)


def as_json(head: bytes = b"", /, **answers: object) -> bytes:
    """Answers as a program sends them."""
    return post(json.dumps(answers).encode(), kind=JSON, head=head)


def part(
    value: bytes, *, name: bytes | None = b"essay", disposition: bytes = b"", head: bytes = b""
) -> bytes:
    """One part of a multipart body; `disposition` and `head` are more of its header lines."""
    named = b"" if name is None else b'; name="%b"' % name
    line = b"Content-Disposition: form-data%b%b\r\n" % (named, disposition)
    return line + head + b"\r\n" + value


def multipart(
    *parts: bytes,
    end: bytes = b"--",
    boundary: bytes = b"; boundary=" + BOUNDARY,
    head: bytes = b"",
) -> bytes:
    """A body of parts; `boundary` is the parameter that tells it."""
    body = b"".join(b"--cut\r\n%b\r\n" % one for one in parts) + b"--cut%b\r\n" % end
    return post(body, kind=MULTIPART + boundary, head=head)
