"""What is sent to the public port: every kind of answer, with a canary wherever one fits. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.system.privacy.canaries import Canaries

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_BOUNDARY = "a-boundary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A request, byte for byte, and the status that answers it."""

    name: str
    request: bytes
    status: int


def answers(canaries: Canaries) -> dict[str, str]:
    """Valid ones, for the form of these tests."""
    return {
        "essay": f"I say {canaries.word('essay')}.",
        "mail": f"{canaries.word('mail')}@{canaries.word('mail domain')}.example",
    }


def submission(canaries: Canaries, form: str) -> bytes:
    """One that is taken."""
    body = json.dumps(answers(canaries)).encode()
    return _request(canaries, f"POST /f/{form}", body, {"Content-Type": _JSON})


def sendings(canaries: Canaries, form: str) -> Iterator[Sending]:
    """All of them, in the order in which they are to be sent."""
    word = canaries.word
    good = answers(canaries)
    bad = {
        "essay": "",
        "mail": word("bad mail"),
        "age": word("age"),
        "size": word("size"),
        word("unknown name"): word("unknown value"),
    }
    post = f"POST /f/{form}?{word('query name')}={word('query value')}"
    keyed = {"Content-Type": _JSON, "Idempotency-Key": word("key")}
    form_body = urlencode({**good, "submission_key": word("key of the page")}).encode()

    def send(
        name: str, status: int, line: str, body: bytes = b"", headers: Mapping[str, str] = {}
    ) -> Sending:
        return Sending(
            name=name, status=status, request=_request(canaries, line, body, dict(headers))
        )

    yield send("form", 303, post, form_body, {"Content-Type": _FORM})
    yield send("json", 201, post, json.dumps(good).encode(), keyed)
    yield send("repeat", 200, post, json.dumps(good).encode(), keyed)
    other = {**good, "essay": word("other essay")}
    yield send("conflict", 409, post, json.dumps(other).encode(), keyed)
    yield send(
        "conflict page", 409, post, urlencode(other).encode(), {**keyed, "Content-Type": _FORM}
    )
    yield send("invalid", 422, post, json.dumps(bad).encode(), {"Content-Type": _JSON})
    yield send("invalid page", 422, post, urlencode(bad).encode(), {"Content-Type": _FORM})
    for name, status, parts in _multiparts(canaries, good):
        headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
        yield send(name, status, post, parts, headers)
    for name, kind in (
        ("charset", f"{_FORM}; charset={word('charset')}"),
        ("type", f"text/{word('type')}"),
    ):
        yield send(name, 415, post, form_body, {"Content-Type": kind})
    encoded = {"Content-Type": _FORM, "Content-Encoding": word("encoding")}
    yield send("encoding", 415, post, form_body, encoded)
    yield send("large", 413, post, word("large").encode() * 20_000, {"Content-Type": _JSON})
    yield send("many", 413, post, b"&".join([word("many").encode()] * 300), {"Content-Type": _FORM})
    cross = {"Content-Type": _FORM, "Sec-Fetch-Site": "cross-site"}
    yield send("cross-site", 403, post, form_body, cross)
    yield send(
        "broken json", 400, post, f'{{"{word("broken")}": tru'.encode(), {"Content-Type": _JSON}
    )
    twice = f'{{"{word("twice")}": 1, "{word("twice")}": 2}}'.encode()
    yield send("duplicate names", 400, post, twice, {"Content-Type": _JSON})
    yield send(
        "bad utf-8", 400, post, b"essay=" + word("bytes").encode() + b"%ff", {"Content-Type": _FORM}
    )
    yield send(
        "expectation", 417, post, form_body, {"Content-Type": _FORM, "Expect": word("expect")}
    )
    yield send("path", 404, f"GET /{word('path')}?{word('query name')}")
    yield send("injected path", 404, f"GET /%0d%0a%1b{word('path')}%E2%80%A8")
    yield send("form id", 404, f"GET /f/{word('form id')}")
    receipt = "019aaaac-2600-88db-9bf3-fc5000323787"
    yield send("receipt", 404, f"GET /f/{form}/receipts/{receipt}?s={word('signature')}")
    yield send("method", 405, f"PUT /f/{form}", form_body, {"Content-Type": _FORM})
    yield send("page with a query", 200, f"GET /f/{form}?essay={word('query value')}")
    yield send("host", 400, f"GET /f/{form}", b"", {"Host": f"{word('host')}.example"})
    yield send("version", 505, f"GET /{word('path')} HTTP/2.0")
    control = _request(canaries, f"GET /{word('path')}", b"", {})
    yield Sending(
        name="control byte",
        status=400,
        request=control.replace(
            b"\r\n", b"\r\nX-Odd: \x00" + word("odd header").encode() + b"\r\n", 1
        ),
    )


def _multiparts(canaries: Canaries, good: Mapping[str, str]) -> Iterator[tuple[str, int, bytes]]:
    parts = [_part(f'name="{name}"', value) for name, value in good.items()]
    yield "multipart", 303, b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()
    file = _part(
        f'name="{canaries.word("part name")}"; filename="{canaries.word("file name")}"',
        canaries.word("file"),
    )
    yield "file", 422, b"".join((*parts, file)) + f"--{_BOUNDARY}--\r\n".encode()
    yield "cut multipart", 400, b"".join(parts)[:-7]


def _part(disposition: str, value: str) -> bytes:
    head = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return f"{head}{value}\r\n".encode()


def _request(canaries: Canaries, line: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """With everything that a browser, a program and a proxy may say besides."""
    word = canaries.word
    line = line if " HTTP/" in line else f"{line} HTTP/1.1"
    both = {
        "Host": "127.0.0.1",
        "Accept": "application/json" if headers.get("Content-Type") == _JSON else "text/html",
        "Accept-Language": f"{word('language')}, en",
        "Authorization": f"Bearer {word('authorization')}",
        "Cookie": f"{word('cookie name')}={word('cookie value')}",
        "Referer": f"http://127.0.0.1/{word('referrer')}",
        "User-Agent": word("user agent"),
        "X-Forwarded-For": f"{canaries.address_6}, {canaries.address_4}",
        f"X-{word('header name')}": word("header value"),
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    head = "\r\n".join((line, *(f"{name}: {value}" for name, value in both.items()), "", ""))
    return head.encode() + body
