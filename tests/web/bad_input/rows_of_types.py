"""What a body says it is: its type, its charset, its encoding."""

from tests.web.bad_input.row import Connection, Row, refused, taken
from tests.web.bad_input.wire import JSON, URLENCODED, as_json, get, post
from tests.web.raw import CANARY

_BODY = b"essay=" + CANARY
_STORED = {"essay": CANARY.decode()}
_CHARSETS = (b"nope", b"hex", b"utf-7", b"utf-16", b"idna", b"unicode_escape", b"latin-1", b"")


def _unsupported(name: str, sent: bytes) -> Row:
    return refused(name, sent, 415, "unsupported_type")


def _encoded(name: str, encoding: bytes) -> Row:
    """Nothing of it is unpacked: it is refused by its head, and its connection ends."""
    head = b"Content-Encoding: %b\r\n" % encoding
    return refused(
        name, post(_BODY, head=head), 415, "unsupported_type", connection=Connection.CLOSED
    )


ROWS = (
    _unsupported("B23: no type", post(_BODY, kind=None)),
    _unsupported("B23: an empty type", post(_BODY, kind=b"")),
    _unsupported("B23: nothing at all", post(b"", kind=None)),
    *(
        _unsupported(f"B24: {kind.decode()}", post(_BODY, kind=kind))
        for kind in (
            b"text/plain",
            b"application/xml",
            b";;;",
            b"application/octet-stream",
            URLENCODED + b"x",
            b"multipart/mixed; boundary=cut",
            b"text/plain; " + URLENCODED,
            b"application/" + CANARY,
        )
    ),
    # The design has no route for forms only: a program may send JSON wherever a browser may post.
    taken("B25: JSON where a browser posts", as_json(essay=CANARY.decode()), _STORED, status=201),
    _unsupported(
        "B26: a charset nobody knows", post(_BODY, kind=URLENCODED + b"; charset=" + CANARY)
    ),
    *(
        _unsupported(
            f"B26, B27, B28: {charset!r}", post(_BODY, kind=URLENCODED + b"; charset=" + charset)
        )
        for charset in _CHARSETS
    ),
    _unsupported("B28: JSON in UTF-7", post(b"{}", kind=JSON + b'; charset="UTF-7"')),
    taken(
        "B28: UTF-8, said in an unusual way",
        post(_BODY, kind=b'Application/X-WWW-Form-URLencoded ; Charset="UTF-8";;=; x'),
        _STORED,
    ),
    _encoded("B63: brotli", b"br"),
    _encoded("B63: zstd", b"zstd"),
    _encoded("B63: gzip", b"gzip"),
    _encoded("B64: deflate that is none", b"deflate"),
    _encoded("B65: an encoding nobody knows", CANARY),
    _encoded("B65: identity, and then gzip", b"identity\r\nContent-Encoding: gzip"),
    refused(
        "B65: brotli for a page",
        get(head=b"Content-Encoding: br\r\n"),
        415,
        "unsupported_type",
        connection=Connection.CLOSED,
    ),
    taken("B65: identity", post(_BODY, head=b"Content-Encoding: identity\r\n"), _STORED),
)
