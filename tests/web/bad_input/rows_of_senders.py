"""Who sends, as far as headers say so: other sites, proxies, and the same answers again."""

from collections.abc import Mapping

from tests.web.bad_input.row import Place, Row, refused, taken
from tests.web.bad_input.wire import as_json, urlencoded
from tests.web.raw import CANARY

_ESSAY = CANARY.decode()
_STORED = {"essay": _ESSAY}
_ELSEWHERE = b"https://%b.example" % CANARY


def _foreign(name: str, head: bytes) -> Row:
    return refused(name, urlencoded(head, essay=_ESSAY), 403, "cross_site")


def _from(name: str, forwarded: bytes, address: str, place: Place = Place.BEHIND_PROXY) -> Row:
    head = b"X-Forwarded-For: %b\r\n" % forwarded
    stored: Mapping[str, object] = {**_STORED, "client_ip_addr": address}
    return Row(
        name=name, sent=urlencoded(head, essay=_ESSAY), status={303}, stored=stored, place=place
    )


ROWS = (
    *(
        _foreign(f"B72: {site!r}", b"Sec-Fetch-Site: %b\r\n" % site)
        for site in (b"cross-site", b"same-site", CANARY, b"", b"same-origin, none", b"\xff")
    ),
    *(
        _foreign(f"B73: {name}", b"Origin: %b\r\n" % origin)
        for name, origin in {
            "another origin": _ELSEWHERE,
            "null": b"null",
            "half an address": b"https://[",
            "no UTF-8": b"\xff",
            "a port beyond all": b"http://localhost:99999",
            "ours, and another": b"http://localhost " + _ELSEWHERE,
        }.items()
    ),
    _foreign("B73: a page of another site", b"Referer: %b/page\r\n" % _ELSEWHERE),
    taken("B74: no header at all", urlencoded(essay=_ESSAY), _STORED),
    taken("B74: our own page", urlencoded(b"Origin: http://localhost\r\n", essay=_ESSAY), _STORED),
    _from("B79: a forged address", b"192.0.2.7", "127.0.0.1", Place.OPEN),
    _from("B79: a forged address behind the proxy's", b"192.0.2.7, 198.51.100.4", "198.51.100.4"),
    _from("B80: junk", b"%b, 198.51.100.4" % CANARY, "198.51.100.4"),
    _from("B80: nothing but junk", b"\xff;;%b" % CANARY, "127.0.0.1"),
    _from("B80: unknown", b"unknown", "127.0.0.1"),
    _from("B80: an address with a port", b"198.51.100.4:4711", "198.51.100.4"),
    _from("B80: a network of IPv6 with a port", b"[2001:db8::1]:4711", "2001:db8::1"),
    _from("B80: 500 hops", b"192.0.2.7, " * 499 + b"198.51.100.4", "198.51.100.4"),
    _from("B80: 500 hops of the proxy's own", b"127.0.0.9, " * 499 + b"127.0.0.8", "127.0.0.9"),
    _from("B80: nothing", b"", "127.0.0.1"),
    *(
        refused(
            f"B83: {name}", as_json(b"Idempotency-Key: %b\r\n" % key, essay=_ESSAY), 400, "bad_key"
        )
        for name, key in {
            "a key of 129 characters": b"x" * 129,
            "a key that is not ASCII": "é".encode() + CANARY,
            "an empty key": b"",
            "two keys": b"a\r\nIdempotency-Key: %b" % CANARY,
            "a key with a tab": b"a\tb",
        }.items()
    ),
)
