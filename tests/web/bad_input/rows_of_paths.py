"""Methods and paths: what is there, for whom, and what is not."""

from tests.web.bad_input.row import Connection, Row, refused, unreadable
from tests.web.bad_input.wire import HOST, PATH, QUERY, get, post, urlencoded
from tests.web.raw import CANARY

_RECEIPT = PATH + b"/receipts/019aaaac-2600-88db-9bf3-fc5000323787"
_ALLOW = {"allow": "GET,HEAD,OPTIONS,POST"}


def _not_there(name: str, target: bytes) -> Row:
    return refused(name, get(target), 404, "not_found")


ROWS = (
    *(
        refused(
            f"B18: {method.decode()}", get(method=method), 405, "method_not_allowed", headers=_ALLOW
        )
        for method in (b"TRACE", b"PROPFIND")
    ),
    refused(
        "B18: CONNECT to somebody else",
        b"CONNECT %b:443 HTTP/1.1\r\n%b\r\n" % (CANARY, HOST),
        400,
        "wrong_host",
        connection=Connection.CLOSED,
    ),
    refused(
        "B18: CONNECT to ourselves",
        b"CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n",
        404,
        "not_found",
    ),
    unreadable("B18: a method nobody knows", get(method=CANARY.upper())),
    unreadable("B18: a method in lower case", get(method=b"get")),
    refused("B18: OPTIONS for everything", get(b"*", method=b"OPTIONS"), 404, "not_found"),
    *(
        refused(
            f"B19: {method.decode()}",
            post(b"essay=" + CANARY).replace(b"POST", method, 1),
            405,
            "method_not_allowed",
            headers=_ALLOW,
        )
        for method in (b"PUT", b"DELETE", b"PATCH")
    ),
    refused(
        "B19: answers to a page that takes none",
        urlencoded(essay=CANARY.decode()).replace(PATH, b"/", 1),
        405,
        "method_not_allowed",
        headers={"allow": "GET,HEAD"},
    ),
    _not_there("B20: out of the root", b"/../../etc/passwd"),
    _not_there("B20: out of the root, encoded", b"/%2e%2e%2f%2e%2e%2fetc/passwd"),
    _not_there("B20: out of the static files", b"/static/../../etc/passwd"),
    _not_there("B20: out of the static files, encoded", b"/static/..%2f..%2fetc%2fpasswd"),
    _not_there("B20: out of the static files, twice encoded", b"/static/%252e%252e%252fpasswd"),
    _not_there("B20: backslashes", b"/static/..\\..\\etc\\passwd"),
    _not_there("B20: NUL in a path", b"/f/table%00" + CANARY),
    _not_there("B20: two slashes", b"//" + CANARY + PATH),
    _not_there("B21: no such form", b"/f/" + CANARY),
    _not_there("B21: an over-long id", b"/f/" + b"x" * 8_000),
    _not_there("B21: control bytes in an id", b"/f/%1b%07" + CANARY),
    _not_there("B21: no UTF-8 in an id", b"/f/%ff%fe" + CANARY),
    _not_there("B21: a template in an id", b"/f/%7B%7B7*7%7D%7D"),
    _not_there("B21: a receipt that is none", PATH + b"/receipts/" + CANARY),
    _not_there("B21: a receipt of nobody", _RECEIPT),
    *(
        _not_there(f"B21: a receipt of nobody, with {query.decode()}", _RECEIPT + query)
        for query in (
            b"?at=1&sig=%C3%A9",
            b"?at=%D9%A3&sig=a",
            b"?at=999999999999999&sig=%ff%fe",
            b"?at=-1&at=1&sig=&sig=a",
        )
    ),
    refused(
        "B21: answers to no such form",
        post(b"essay=" + CANARY, target=b"/f/none"),
        404,
        "not_found",
    ),
    _not_there("B22: CR LF in a path", b"/f/%0d%0aSet-Cookie:%20a=" + CANARY),
    Row(
        name="B22: CR LF in a query",
        sent=get(PATH + b"?lang=%0d%0aSet-Cookie:%20a=" + CANARY),
        status={200},
    ),
    Row(name="B85: a page with answers in the query", sent=get(), status={200}),
    Row(
        name="B85: a kept page with answers in the query",
        sent=get(QUERY.replace(b"/table", b"/kept")),
        status={200},
    ),
    Row(
        name="B86: a page with a key that is known already",
        sent=get(PATH, head=b'If-None-Match: "a", *\r\n'),
        status={200},
    ),
    Row(
        name="B86: a part of a page with a key",
        sent=get(PATH, head=b"Range: bytes=0-9\r\n"),
        status={200},
    ),
    Row(
        name="B86: a kept page that is known already",
        sent=get(b"/f/kept", head=b"If-None-Match: *\r\n"),
        status={304},
    ),
    Row(
        name="B86: a part of a kept page",
        sent=get(b"/f/kept", head=b"Range: bytes=0-9\r\n"),
        status={200},
    ),
    Row(
        name="B86: a validator that is none",
        sent=get(b"/f/kept", head=b'If-None-Match: W/, "\xff%b\r\n' % CANARY),
        status={200},
    ),
    Row(
        name="B86: a date that is none",
        sent=get(b"/f/kept", head=b"If-Modified-Since: %b\r\nIf-Range: x\r\n" % CANARY),
        status={200},
    ),
    *(
        _not_there(f"B90: {path}", path.encode())
        for path in ("/metrics", "/admin", "/healthz", "/livez", "/readyz", "/status")
    ),
)
