"""Heads: who is asked, in which version, with which headers."""

from tests.web.bad_input.row import Connection, Place, Row, refused, taken, unreadable
from tests.web.bad_input.wire import HOST, PATH, QUERY, as_json, get, post, urlencoded
from tests.web.raw import CANARY

_BODY = b"essay=" + CANARY
_LINE = b"X-A: %b\r\n" % CANARY


def _wrong_host(name: str, sent: bytes, place: Place = Place.OPEN) -> Row:
    return refused(name, sent, 400, "wrong_host", place=place, connection=Connection.CLOSED)


def _page(name: str, sent: bytes, place: Place = Place.OPEN) -> Row:
    return Row(name=name, sent=sent, status={200}, place=place)


ROWS = (
    unreadable("B1: no host", get(host=b"")),
    unreadable("B2: two hosts", get(head=b"Host: %b\r\n" % CANARY)),
    _wrong_host("B3: a host with an @", get(host=b"Host: @%b\r\n" % CANARY)),
    _wrong_host("B3: a host with a path", get(host=b"Host: a/%b\r\n" % CANARY)),
    _wrong_host("B3: an empty host", get(host=b"Host:\r\n")),
    _wrong_host("B3: a host with a name and a password", get(host=b"Host: a:b@localhost\r\n")),
    _wrong_host("B3: a port that is none", get(host=b"Host: localhost:http\r\n")),
    refused(
        "B4: a host that is not ours",
        get(host=b"Host: %b.example\r\n" % CANARY),
        400,
        "wrong_host",
        place=Place.BEHIND_PROXY,
    ),
    refused(
        "B4: a host that begins like ours",
        get(host=b"Host: localhost.evil.example\r\n"),
        400,
        "wrong_host",
        place=Place.BEHIND_PROXY,
    ),
    refused(
        "B4: answers to a host that is not ours",
        urlencoded(essay=CANARY.decode()).replace(HOST, b"Host: 127.0.0.1\r\n"),
        400,
        "wrong_host",
        place=Place.BEHIND_PROXY,
    ),
    _page("B4: a host of ours, in capitals and with a port", get(host=b"Host: LOCALHOST:80\r\n")),
    _wrong_host("B5: another host in the target", get(b"http://" + CANARY + QUERY)),
    _wrong_host(
        "B5: an allowed host, and another in the target",
        get(b"http://" + CANARY + QUERY),
        Place.BEHIND_PROXY,
    ),
    _wrong_host("B6: another host behind https://", get(b"https://" + CANARY + QUERY)),
    _page("B6: our host behind https://, over plain HTTP", get(b"https://localhost" + QUERY)),
    unreadable("B5: a port that is none in the target", get(b"http://localhost:99999" + QUERY)),
    unreadable("B5: brackets in the target", get(b"http://[" + QUERY)),
    unreadable("B5: half an address in the target", get(b"http:" + QUERY)),
    unreadable("B12: a folded header", get(head=b"X-A: b\r\n %b\r\n" % CANARY)),
    unreadable("B12: NUL in a header", get(head=b"X-A: \0%b\r\n" % CANARY)),
    unreadable("B12: ESC in a header", get(head=b"X-A: \x1b%b\r\n" % CANARY)),
    unreadable("B12: DEL in a header", get(head=b"X-A: \x7f%b\r\n" % CANARY)),
    unreadable("B12: a space before the colon", get(head=b"X-A : %b\r\n" % CANARY)),
    unreadable("B12: a header without a colon", get(head=CANARY + b"\r\n")),
    unreadable("B12: a header without a name", get(head=b": %b\r\n" % CANARY)),
    unreadable("B12: a bare carriage return", get(head=b"X-A: a\rX-B: %b\r\n" % CANARY)),
    *(
        refused(
            f"B13: {version.decode()}",
            get(version=version),
            505,
            "unsupported_version",
            connection=Connection.CLOSED,
        )
        for version in (b"HTTP/0.9", b"HTTP/2.0")
    ),
    unreadable("B13: HTTP/3.7", get(version=b"HTTP/3.7")),
    unreadable("B13: no version", get(version=b"")),
    unreadable("B14: the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + CANARY),
    unreadable("B14: a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + CANARY),
    unreadable("B14: PROXY, version 1", b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + get()),
    unreadable("B14: PROXY, version 2", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + CANARY),
    unreadable("B15: a target of 9 KB", get(QUERY + b"x" * 9_000)),
    _page("B15: a target of 8 KB", get(QUERY + b"x" * 8_000)),
    unreadable("B15: UTF-8 in the target", get(QUERY + "é".encode())),
    unreadable("B15: no UTF-8 in the target", get(QUERY + b"\xff")),
    unreadable("B16: a header of 17 KiB", get(head=b"X-A: %b\r\n" % (CANARY + b"x" * 17_000))),
    unreadable("B16: more than 100 headers", get(head=_LINE * 100)),
    _page("B16: 100 headers", get(head=_LINE * 99)),
    _page("B17: cookies that are none", get(head=b'Cookie: ;;=;a="%b;{}=,\r\n' % CANARY)),
    _page("B17: cookies that are not UTF-8", get(head=b"Cookie: a=\xff%b\r\n" % CANARY)),
    _page("B17: a thousand cookies", get(head=b"Cookie: %b\r\n" % (b"a=%b; " % CANARY * 1_000))),
    taken(
        "B17: answers with cookies that are none",
        post(_BODY, head=b"Cookie: session\r\nCookie: ,=%b\r\n" % CANARY),
        {"essay": CANARY.decode()},
    ),
    unreadable("B17: a control byte in a cookie", get(head=b"Cookie: s=\x1b%b\r\n" % CANARY)),
    unreadable("B17: a secret and a NUL", get(head=b"Cookie: session=%b\0\r\n" % CANARY)),
    *(
        refused(
            f"B66: {name}",
            sent,
            417,
            "unknown_expectation",
            connection=Connection.CLOSED,
        )
        for name, sent in {
            "an unknown expectation": post(_BODY, head=b"Expect: %b\r\n" % CANARY),
            "an expectation where nothing is": get(b"/none", head=b"Expect: foo\r\n"),
        }.items()
    ),
    _page("B89: no UTF-8 in a User-Agent", get(head=b"User-Agent: \xff\xfe%b\r\n" % CANARY)),
    _page("B89: a User-Agent of 8 KiB", get(head=b"User-Agent: %b\r\n" % (CANARY * 745))),
    taken(
        "B89: answers from no UTF-8",
        as_json(b"User-Agent: \xff\xfe%b\r\n" % CANARY, essay=CANARY.decode()),
        {"essay": CANARY.decode()},
        status=201,
    ),
    taken(
        "B89: answers with odd languages and types",
        urlencoded(
            b"Accept-Language: \xff;q=x,,;*\r\nAccept: \xff/;q=nan,*/*;q=-1\r\n", essay="ok"
        ),
        {"essay": "ok"},
    ),
    Row(
        name="B66: what may be expected",
        sent=get(PATH, head=b"Expect: 100-continue\r\n"),
        status={200},
    ),
)
