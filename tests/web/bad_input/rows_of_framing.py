"""Where a body begins and ends: lengths, chunks, and what never comes."""

from tests.web.bad_input.row import Connection, Row, refused, taken, unreadable
from tests.web.bad_input.wire import LAST_CHUNK, chunk, chunked, get, post
from tests.web.raw import CANARY

_BODY = b"essay=" + CANARY
_CHUNK = chunk(_BODY)
_SMUGGLED = get(b"/f/table?smuggled")
_STORED = {"essay": CANARY.decode()}
_LARGEST = 256 * 1_024
_THIRD = b"%41" * 20_000  # of 60,000 bytes, and as an answer within the length of the field

ROWS = (
    unreadable(
        "B7: a length and chunks",
        chunked(LAST_CHUNK + _SMUGGLED, head=b"Content-Length: 5\r\n"),
    ),
    unreadable(
        "B7: chunks, and then a length",
        post(LAST_CHUNK + _SMUGGLED, head=b"Transfer-Encoding: chunked\r\n"),
    ),
    unreadable("B8: two lengths", post(_BODY, head=b"Content-Length: 3\r\n")),
    unreadable("B8: one length twice", post(_BODY, head=b"Content-Length: %d\r\n" % len(_BODY))),
    unreadable("B8: two lengths in a line", post(_BODY, length=b"%d, 3" % len(_BODY))),
    *(
        unreadable(f"B9: a length of {name}", post(_BODY, length=length))
        for name, length in {
            "+5": b"+5",
            "-1": b"-1",
            "1e3": b"1e3",
            "0x5": b"0x5",
            "1_0": b"1_0",
            "nothing": b"",
            "Arabic digits": "٣".encode(),
            "more digits than any number has": b"9" * 5_000,
        }.items()
    ),
    *(
        unreadable(f"B10: {coding.decode()}", chunked(_CHUNK + LAST_CHUNK, coding=coding))
        for coding in (
            b"xchunked",
            b"chunked, identity",
            b"x" + CANARY,
            b"chunked, chunked",
            b"\x0bchunked",
        )
    ),
    *(
        unreadable(f"B11: {name}", chunked(chunks))
        for name, chunks in {
            "a size that is none": b"zz%b\r\n" % CANARY,
            "a bad size behind a good chunk": _CHUNK + b"zz\r\n",
            "a size that overflows": b"f" * 17 + b"\r\n" + _BODY,
            "a size with a sign": b"+5\r\nessay\r\n" + LAST_CHUNK,
            "a size with an underscore": b"0_5\r\nessay\r\n" + LAST_CHUNK,
            "bare line feeds": (_CHUNK + LAST_CHUNK).replace(b"\r\n", b"\n"),
            "more than the size said": b"1\r\n%b\r\n" % _BODY + LAST_CHUNK,
        }.items()
    ),
    Row(
        name="B11: a bad chunk behind what nobody reads",
        sent=chunked(b"zz%b\r\n" % CANARY, target=b"/f/none"),
        status={400, 404},
        connection=Connection.CLOSED,
    ),
    Row(
        name="B11: chunks with extensions and trailers",
        sent=chunked(b"%x;a=b\r\n%b\r\n0\r\nX-A: b\r\n\r\n" % (len(_BODY), _BODY)),
        status={303},
        stored=_STORED,
    ),
    refused(
        "B36: a length beyond the limit",
        post(_BODY, length=b"%d" % (_LARGEST + 1)),
        413,
        "too_large",
        connection=Connection.CLOSED,
    ),
    refused(
        "B36: a length beyond all limits",
        post(_BODY, length=b"9" * 18),
        413,
        "too_large",
        connection=Connection.CLOSED,
    ),
    refused(
        "B37: more than the limit in chunks",
        chunked(chunk(b"essay=" + b"x" * _LARGEST)),
        413,
        "too_large",
        connection=Connection.CLOSED,
    ),
    Row(
        name="B40: 60,000 chunks of one byte",
        sent=chunked(b"".join(b"1\r\n%c\r\n" % byte for byte in b"essay=" + _THIRD) + LAST_CHUNK),
        status={303},
        stored={"essay": "A" * 20_000},
        most_cpu_seconds=1.0,
    ),
    taken("B40: one chunk", chunked(_CHUNK + LAST_CHUNK), _STORED),
)
