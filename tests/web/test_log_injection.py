"""Whatever a client writes, the log has one JSON line for it, and nothing of what it wrote."""

import io
import json

import pytest

from tests.web.public_site import PublicSite
from tests.web.raw import CANARY, FORM_HEAD, ask

LONG = 100 * 1024

# What could begin a line of its own, end a string, or move a terminal's cursor.
ODD = {
    "CR LF": b"\r\n",
    "encoded CR LF": b"%0d%0a",
    "encoded ESC": b"%1b[2J",
    "line separator": "\u2028".encode(),
    "encoded line separator": b"%E2%80%A8",
    "quote": b'","level":"critical',
    "encoded quote": b"%22%2C%22level%22",
    "surrogate": b"\xed\xa0\x80",
    "encoded surrogate": b"%ed%a0%80",
    "no UTF-8": b"\xff\xfe",
    "long": b"x" * LONG,
}


def request(place: str, odd: bytes) -> bytes:
    """A request with something odd, between two canaries, in one place."""
    text = CANARY + odd + CANARY
    path, header, body = b"/f/quiz", b"", b""
    if place == "path":
        path = b"/" + text.replace(b"\r\n", b"%0D%0A")
    elif place == "query":
        path += b"?" + text.replace(b"\r\n", b"%0D%0A")
    elif place == "header":
        header = b"X-Odd: " + text.replace(b"\r\n", b"\r\n ") + b"\r\n"
    elif place == "header name":
        header = text.replace(b"\r\n", b"\r") + b": value\r\n"
    else:
        body = (text + b"=1" if place == "field name" else b"essay=" + text)[:200_000]
    length = b"Content-Length: %d\r\nConnection: close\r\n" % len(body)
    method = b"POST " if body else b"GET "
    return method + path + b" HTTP/1.1\r\n" + FORM_HEAD + header + length + b"\r\n" + body


@pytest.mark.parametrize("odd", ODD)
async def test_whatever_a_client_writes_is_one_line_of_json_without_it(
    site: PublicSite, log: io.StringIO, odd: str
) -> None:
    """PRIV-3: in path, query, header, header name, field name and value. What cannot be parsed as
    HTTP is told of at most once a second, so the first such line stands for all."""
    lines = 0
    for place in ("path", "query", "header", "header name", "field name", "value"):
        before = len(log.getvalue().splitlines())
        head = (await ask(site.url, request(place, ODD[odd]))).partition(b"\r\n")[0]
        assert 200 <= int(head.split()[1]) < 500, place
        told = [json.loads(line) for line in log.getvalue().splitlines()[before:]]
        assert [line["event"] for line in told] in (["request"], ["unreadable_request"], []), place
        lines += len(told)
        assert all("critical" not in line.values() for line in told)
    assert lines >= 3
    assert CANARY.decode() not in log.getvalue()
    assert log.getvalue().isascii()
    assert all(line.isprintable() for line in log.getvalue().splitlines())
