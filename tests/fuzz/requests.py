"""Whole requests, well framed: whatever they ask for, they are answered, and that is the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import strategies as st

from tests.fuzz.bodies import bodies
from tests.web.bad_input.wire import PATH, QUERY
from tests.web.raw import CANARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Bytes for one connection. Of each piece the service has read all before the next is sent.

    `ends`: there is an end to it that the service can see, so it must answer and close without
    being left. `answers` are stored, exactly, if there is a receipt; None where nobody can tell.
    """

    pieces: Sequence[bytes]
    ends: bool
    answers: Mapping[str, str] | None = None


_METHODS = (b"POST",) * 20 + (b"GET", b"GET", b"HEAD", b"PUT", b"OPTIONS", b"TRACE", b"DELETE")
_TARGETS = (PATH,) * 40 + (
    b"/",
    QUERY,
    b"/f/kept",
    b"/f/trapped",
    b"/f/trapped",
    b"/f/trapped",
    b"/f/" + CANARY,
    PATH + b"?lang=%ff",
    PATH + b"/receipts/" + CANARY,
    PATH + b"/receipts/019aaaac-2600-88db-9bf3-fc5000323787?at=1&sig=%C3%A9%FF",
    PATH + b"/schema.json",
    b"/openapi.json",
    b"/static/%2e%2e/" + CANARY,
    b"http://localhost" + PATH,
    b"http://" + CANARY + PATH,
    b"//x//",
    b"*",
    b"/%00%0d%0a" + CANARY,
)
_NAMES = (
    b"Accept",
    b"Accept-Encoding",
    b"Accept-Language",
    b"Access-Control-Request-Method",
    b"Authorization",
    b"Cookie",
    b"Content-Disposition",
    b"Content-Encoding",
    b"Content-Type",
    b"Date",
    b"Expect",
    b"Forwarded",
    b"Idempotency-Key",
    b"If-Match",
    b"If-Modified-Since",
    b"If-None-Match",
    b"If-Range",
    b"Origin",
    b"Range",
    b"Referer",
    b"Sec-Fetch-Site",
    b"Sec-WebSocket-Key",
    b"TE",
    b"Trailer",
    b"Upgrade",
    b"User-Agent",
    b"Via",
    b"X-Forwarded-For",
    b"X-Forwarded-Proto",
    b"X-Http-Method-Override",
)
_KNOWN_VALUES = (
    b"",
    b"*",
    b"*/*;q=0.0, application/json;q=nan",
    b"application/json",
    b"100-continue",
    b"100-continue, 100-continue",
    b"gzip;q=1e999, br;q=-0",
    b"identity",
    b"null",
    b"same-origin",
    b"bytes=0-9,-1",
    b'W/"a", "b',
    b"es-419;q=0.1.2,ar-XB,*;q=",
    b"http://[::1",
    b"1.2.3.4, [::1]:99999, unknown, " + CANARY,
    b"Thu, 01 Jan 99999 00:00:00 GMT",
    b"websocket",
    b"h2c",
    b"Bearer " + CANARY,
    b"s=" + CANARY + b'; Expires="x',
    b"x" * 9_000,
)
_values = st.one_of(
    st.sampled_from(_KNOWN_VALUES),
    # What may not be in a header is left to the damage that is done to whole requests.
    st.binary(max_size=30).map(
        lambda value: bytes(byte for byte in value if byte >= 0x20 and byte != 0x7F) + CANARY
    ),
)
_headers = st.lists(st.tuples(st.sampled_from(_NAMES), _values), max_size=4)
_extensions = st.sampled_from([b"", b"", b";a=b", b';a="b;c"', b";" + CANARY])
_cuts = st.lists(st.integers(0, 1_000), max_size=3)


@st.composite
def whole_requests(draw: st.DrawFn) -> Sent:
    """One request that asks for the end of its connection."""
    body = draw(st.one_of(bodies, st.none()))
    headers = draw(st.one_of(st.just([]), _headers))
    method, target = draw(st.sampled_from(_METHODS)), draw(st.sampled_from(_TARGETS))
    head = [b"%b %b HTTP/1.1" % (method, target), b"Host: localhost", b"Connection: close"]
    head += [b"%b: %b" % header for header in headers]
    framed = b""
    if body is not None:
        head.append(b"Content-Type: " + body.kind)
        framed = draw(_framed(body.data, head))
    data = b"\r\n".join((*head, b"", b"")) + framed
    answers = body.answers if body is not None and not headers else None
    return Sent(pieces=draw(pieces(data)), ends=True, answers=answers)


@st.composite
def _framed(draw: st.DrawFn, data: bytes, head: list[bytes]) -> bytes:
    """The body as it stands on the wire; its framing is added to the head."""
    if draw(st.booleans()):
        head.append(b"Content-Length: %d" % len(data))
        return data
    head.append(b"Transfer-Encoding: chunked")
    chunks = [
        b"%x%b\r\n%b\r\n" % (len(chunk), draw(_extensions), chunk)
        for chunk in _cut(data, draw(_cuts))
        if chunk
    ]
    trailer = draw(st.sampled_from([b"", b"", b"X-A: " + CANARY + b"\r\n", b"Host: other\r\n"]))
    return b"".join(chunks) + b"0\r\n" + trailer + b"\r\n"


@st.composite
def pieces(draw: st.DrawFn, data: bytes) -> Sequence[bytes]:
    """The same bytes, in one piece or in some."""
    return _cut(data, draw(st.one_of(st.just([]), _cuts)))


def _cut(data: bytes, cuts: Sequence[int]) -> Sequence[bytes]:
    """At places that are told in thousandths of the length."""
    places = [0, *sorted(len(data) * cut // 1_000 for cut in cuts), len(data)]
    return [data[begin:end] for begin, end in pairwise(places) if begin < end]
