"""Bodies in parts: their borders, their headers, and files where none is asked for."""

from tests.web.bad_input.row import Row, refused, shown_again, taken, wrong
from tests.web.bad_input.wire import MULTIPART, multipart, part, post
from tests.web.raw import CANARY

_ESSAY = CANARY.decode()
_STORED = {"essay": _ESSAY}
_AS_JSON = b"Accept: application/json\r\n"


def _damaged(name: str, sent: bytes) -> Row:
    return refused(name, sent, 400, "bad_request")


def _file(name: str, disposition: bytes) -> Row:
    sent = multipart(part(CANARY), part(b"data", name=b"nick", disposition=disposition))
    return shown_again(name, sent, _STORED)


ROWS = (
    _damaged("B51: no boundary", multipart(part(CANARY), boundary=b"")),
    _damaged("B51: an empty boundary", multipart(part(CANARY), boundary=b'; boundary=""')),
    _damaged("B51: another boundary", multipart(part(CANARY), boundary=b"; boundary=other")),
    _damaged("B52: no parts at all", post(b"essay=" + CANARY, kind=MULTIPART + b"; boundary=cut")),
    _damaged("B52: nothing", post(b"", kind=MULTIPART + b"; boundary=cut")),
    _damaged("B52: no end", multipart(part(CANARY), end=b"")),
    _damaged(
        "B52: cut within a part",
        post(b"--cut\r\n" + part(CANARY), kind=MULTIPART + b"; boundary=cut"),
    ),
    # RFC 2046, 5.1.1: what stands behind the end is nobody's.
    taken("B52: something behind the end", multipart(part(CANARY), end=b"--\r\nrest"), _STORED),
    _damaged("B53: a part without a name", multipart(part(CANARY, name=None))),
    _damaged(
        "B53: a part that is no form data",
        multipart(b"Content-Disposition: attachment\r\n\r\n" + CANARY),
    ),
    _damaged("B53: a part without headers", multipart(b"\r\n" + CANARY)),
    _damaged(
        "B53: a name without its end",
        multipart(b'Content-Disposition: form-data; name="a\r\n\r\nx'),
    ),
    _damaged(
        "B54: multipart in multipart",
        multipart(
            part(b"--in\r\n\r\nx\r\n--in--", head=b"Content-Type: multipart/mixed; boundary=in\r\n")
        ),
    ),
    *(
        _damaged(
            f"B55: {encoding.decode()}",
            multipart(part(CANARY, head=b"Content-Transfer-Encoding: %b\r\n" % encoding)),
        )
        for encoding in (b"base64", b"quoted-printable", b"x-" + CANARY)
    ),
    taken(
        "B55: binary, which changes nothing",
        multipart(part(CANARY, head=b"Content-Transfer-Encoding: binary\r\n")),
        _STORED,
    ),
    taken(
        "B56: a charset that changes nothing",
        multipart(part("é".encode(), head=b"Content-Type: text/plain; charset=latin-1\r\n")),
        {"essay": "é"},
    ),
    _damaged(
        "B56: what only its charset could decode",
        multipart(part(CANARY + b"\xff", head=b"Content-Type: text/plain; charset=latin-1\r\n")),
    ),
    taken(
        "B56: a charset nobody knows",
        multipart(part(CANARY, head=b"Content-Type: text/plain; charset=nope\r\n")),
        _STORED,
    ),
    wrong(
        "B56: a field that names a charset",
        multipart(part(b"nope", name=b"_charset_"), part(CANARY), head=_AS_JSON),
        {"_charset_": "unknown_field"},
    ),
    _damaged("B57: a compressed part", multipart(part(CANARY, head=b"Content-Encoding: gzip\r\n"))),
    _damaged(
        "B58: a boundary of 71 characters",
        multipart(part(CANARY), boundary=b"; boundary=" + b"c" * 71),
    ),
    _damaged(
        "B58: a boundary that is not ASCII",
        multipart(part(CANARY), boundary="; boundary=é".encode()),
    ),
    refused(
        "B59: 300 parts",
        multipart(*(part(CANARY, name=b"a%d" % n) for n in range(300))),
        413,
        "too_large",
    ),
    _file("B60: a file", b'; filename="a.txt"'),
    _file("B61: a file from above", b'; filename="../../x"'),
    _file("B61: a file with a long name", b'; filename="%b"' % (b"x" * 3_000)),
    _file("B61: NUL in a file's name", b'; filename="a\0b"'),
    _file("B61: a file with markup for a name", b'; filename="<script>alert(1)</script>"'),
    _file("B61: a file with no UTF-8 for a name", b'; filename="caf%E9"'),
    wrong(
        "B60: a file, for a program",
        multipart(
            part(CANARY), part(b"data", name=b"nick", disposition=b'; filename="a"'), head=_AS_JSON
        ),
        {"nick": "not_text"},
    ),
    taken(
        "B60: a file that was not chosen",
        multipart(part(CANARY), part(b"", name=b"nick", disposition=b'; filename=""')),
        _STORED,
    ),
    # Longer than any header of a part may be, and than any file system lets a name be.
    _damaged(
        "B61: a file with a name of 10 KiB",
        multipart(part(CANARY, disposition=b'; filename="%b"' % (b"x" * 10_240))),
    ),
    _damaged(
        "B61: CR LF in a file's name", multipart(part(CANARY, disposition=b'; filename="a\r\nb"'))
    ),
    _damaged("B62: no UTF-8", multipart(part(CANARY + b"\xff"))),
    _damaged("B62: no UTF-8 in a name", multipart(part(CANARY, name=b"\xff"))),
)
