"""Requests to the twins: most of them plain in most ways, each odd in some."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TypeVar

from service.web.traps import honeypot_name
from tests.web.bad_input.wire import URLENCODED, get, post
from tests.web.fast_path.twins import FORMS, a_form

T = TypeVar("T")

GOOD = b"essay=Sega&mail=a%40example.org&likes=rpg&likes=racing"
KEY = b"&submission_key=%b"
PAGE_KEY = b"019aaaac2600" + b"0123456789abcdef01234567"

BODIES: Sequence[bytes] = (
    GOOD,
    GOOD + KEY % PAGE_KEY,
    b"essay=%C3%A9t%C3%A9+%F0%9F%8E%AE&mail=" + KEY % b"odd%00key",
    b"essay=Nintendo" + KEY % PAGE_KEY,
    b"essay=",
    b"mail=a%40example.org",
    b"essay=" + b"x" * 41,
    b"essay=Sega&mail=nobody",
    b"essay=Sega&unasked=1",
    b"essay=Sega&essay=Nintendo",
    b"essay=%FF",
    b"essay=" + b"%0D%0A" * 30,
    b"&".join(b"essay=1" for _ in range(251)),
    b"",
    b"essay=Sega&more_c0ffee=spam" + KEY % PAGE_KEY,
)
HEADS: Mapping[str, Sequence[bytes]] = {
    "kind": (
        b"Content-Type: " + URLENCODED,
        b"Content-Type: " + URLENCODED + b"; charset=UTF-8",
        b"Content-Type: " + URLENCODED + b"; charset=latin-1",
        b"content-type: Application/X-WWW-Form-Urlencoded",
        b"Content-Type: text/plain",
        b"",
    ),
    "accept": (
        b"",
        b"Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
        b"Accept: application/json",
    ),
    "language": (b"", b"Accept-Language: es-MX,en;q=0.5", b"Accept-Language: de"),
    "site": (
        b"",
        b"Origin: http://localhost\r\nSec-Fetch-Site: same-origin",
        b"Origin: https://example.org\r\nSec-Fetch-Site: cross-site",
        b"Referer: https://example.net/page",
    ),
    "from": (b"", b"X-Forwarded-For: 203.0.113.9", b"X-Forwarded-For: nobody"),
    "key": (
        b"",
        b"Idempotency-Key: once-42",
        b"Idempotency-Key: \xff",
        b"Idempotency-Key: a\r\nIdempotency-Key: b",
    ),
    "odd": (
        b"",
        b"Expect: 100-continue",
        b"Expect: tea",
        b"Connection: close",
        b"Connection: keep-alive",
        b"Content-Encoding: gzip",
        b"Upgrade: websocket\r\nConnection: Upgrade",
        b"If-None-Match: *",
        b"Cookie: a=%s%d",
    ),
}
TARGETS = ("", "?lang=es", "?lang=en", "?lang=de", "?x=%s", "/", "#part", "%20", "?send")
SENT_TO = ("?send", "?send&lang=es", "?send&lang=de", "?send=1", "?lang=es&send", "?sendlang=en")
HOSTS = (
    b"Host: localhost\r\n",
    b"Host: localhost:8080\r\n",
    b"Host: example.net\r\n",
    b"",
    b"Host: a b\r\n",
)


def requests(seed: int, many: int) -> Iterator[bytes]:
    """So many; the same ones for the same seed."""
    chance = random.Random(seed)

    def some(choices: Sequence[T]) -> T:
        return choices[0] if chance.random() < 0.85 else chance.choice(choices)

    for _ in range(many):
        form = chance.choice([*FORMS, "quiz", "quiz", "quiz", "absent"])
        is_visit = chance.random() < 0.3
        query = some(TARGETS if is_visit else (*SENT_TO, *TARGETS))
        target = f"/f/{form}{query}".encode()
        kind, *lines = (some(choices) for choices in HEADS.values())
        head = b"".join(line + b"\r\n" for line in lines if line)
        host = some(HOSTS)
        if is_visit:
            method = chance.choice((b"GET", b"GET", b"HEAD"))
            yield get(target, host=host, head=head, method=method)
        else:
            body = some((GOOD + KEY % PAGE_KEY, *BODIES))
            kind = kind and kind + b"\r\n"
            yield post(body, kind=None, head=kind + head, target=target, host=host)


def exact() -> Iterator[bytes]:
    """What chance may leave out."""
    elsewhere = b"Origin: https://example.org\r\n"
    for form in ("quiz", "elsewhere", "cached"):
        for _ in range(2):  # the first may be rendered
            yield get(f"/f/{form}".encode(), head=elsewhere)
    for query in ("?lang=es&lang=en", "?lang=es&x=1", "?send&lang=es&x=1", "?send&send", "?send&"):
        yield get(f"/f/spanish{query}".encode())
        yield post(GOOD + KEY % PAGE_KEY, target=f"/f/spanish{query}".encode())
    trap = honeypot_name(a_form("trapped")).encode()
    for form, body in product(("quiz", "trapped"), (b"", b"&%b=spam" % trap)):
        for page_key in (PAGE_KEY, b"%012x" % (time.time_ns() // 1_000_000) + PAGE_KEY[12:]):
            yield post(GOOD + KEY % page_key + body, target=f"/f/{form}".encode())


def has_key(request: bytes) -> bool:
    """Whether its receipt is the same each time."""
    return b"submission_key=" in request or b"Idempotency-Key" in request
