"""Bodies as browsers send them, urlencoded: escapes, names, how many."""

from tests.web.bad_input.row import Row, refused, shown_again, taken, wrong
from tests.web.bad_input.wire import PATH, post
from tests.web.raw import CANARY

_BODY = b"essay=" + CANARY
_ESSAY = CANARY.decode()
_AS_JSON = b"Accept: application/json\r\n"


def _undecodable(name: str, body: bytes) -> Row:
    return refused(name, post(body), 400, "bad_request")


ROWS = (
    _undecodable("B29: no UTF-8", _BODY + b"\xff\xfe"),
    _undecodable("B29: no UTF-8 in a name", b"\xff=a&" + _BODY),
    _undecodable("B29: half a character at the end", _BODY + "é".encode()[:1]),
    _undecodable("B29: a surrogate in UTF-8", _BODY + b"\xed\xa0\x80"),
    _undecodable("B30: no UTF-8 behind percent signs", _BODY + b"%ff%fe"),
    _undecodable("B30: no UTF-8 behind percent signs in a name", _BODY + b"&%ff=a"),
    _undecodable("B30: an over-long slash", _BODY + b"%c0%af"),
    _undecodable("B30: a surrogate behind percent signs", _BODY + b"%ed%a0%80"),
    taken(
        "B31: percent signs that stand for nothing",
        post(b"essay=%zz+100%&nick=%"),
        {"essay": "%zz 100%", "nick": "%"},
    ),
    refused(
        "B35: more fields than any form has",
        post(b"&".join(b"a%d=%b" % (n, CANARY) for n in range(251))),
        413,
        "too_large",
    ),
    refused("B35: nothing but separators", post(_BODY + b"&" * 60_000), 413, "too_large"),
    wrong(
        "B41: a field nobody asked for",
        post(_BODY + b"&admin=true", head=_AS_JSON),
        {"admin": "unknown_field"},
    ),
    *(
        wrong(
            f"B41: a field of the service's own, {name}",
            post(_BODY + b"&%b=x" % name.encode(), head=_AS_JSON),
            {name: "unknown_field"},
        )
        for name in ("form", "receipt", "is_spam", "tags", "client_ip_addr", "iso_timestamp", "_id")
    ),
    wrong(
        "B42: one answer given twice",
        post(_BODY + b"&" + _BODY, head=_AS_JSON),
        {"essay": "repeated"},
    ),
    shown_again(
        "B42: two answers to one question, on the page",
        post(_BODY + b"&essay=b"),
        {"essay": _ESSAY},
    ),
    taken(
        "B42: several of what may be several",
        post(_BODY + b"&likes=rpg&likes=sports"),
        {"essay": _ESSAY, "likes": ["rpg", "sports"]},
    ),
    taken(
        "B43: a name in query and body",
        post(_BODY, target=PATH + b"?essay=other&nick=other&form=other"),
        {"essay": _ESSAY},
    ),
    wrong(
        "B43: an answer in the query only",
        post(b"nick=a", target=PATH + b"?essay=other", head=_AS_JSON),
        {"essay": "required"},
    ),
    *(
        wrong(
            f"B44: a name that is {told}",
            post(_BODY + b"&%b=x" % name, head=_AS_JSON),
            {name.decode()[:64]: "unknown_field"},
        )
        for told, name in {
            "10 KiB long": b"n" * 10_240,
            "of JavaScript": b"__proto__",
            "a path": b"a.b",
            "private": b"_source",
            "empty": b"",
            "in brackets": b"essay[]",
            "of Python": b"__class__",
            "a template": b"{{7*7}}",
        }.items()
    ),
    shown_again(
        "B44: a name that is markup, on the page",
        post(_BODY + b"&%3Cscript%3Ealert(1)%3C/script%3E=x"),
        {"essay": _ESSAY},
    ),
)
