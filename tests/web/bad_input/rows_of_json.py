"""Bodies as programs send them: JSON, and what only some take for it."""

from tests.web.bad_input.row import Row, refused, taken, wrong
from tests.web.bad_input.wire import JSON, post
from tests.web.raw import CANARY

_GOOD = b'{"essay": "%b"}' % CANARY


def _no_json(name: str, body: bytes) -> Row:
    return refused(name, post(body, kind=JSON), 400, "bad_request")


def _with(value: bytes) -> bytes:
    return b'{"essay": "%b", "age": %b}' % (CANARY, value)


ROWS = (
    _no_json("B33: a lone surrogate", b'{"essay": "%b\\ud800"}' % CANARY),
    _no_json("B33: a lone surrogate in a name", b'{"\\udfff": "%b"}' % CANARY),
    _no_json("B33: surrogates the wrong way round", b'{"essay": "\\udc00\\ud800"}'),
    taken(
        "B33: a pair of surrogates",
        post(b'{"essay": "\\ud83c\\udfae"}', kind=JSON),
        {"essay": "🎮"},
        status=201,
    ),
    _no_json("B67: broken", _GOOD[:-1]),
    _no_json("B67: something behind it", _GOOD + b" x"),
    _no_json("B67: two objects", _GOOD + _GOOD),
    _no_json("B67: nothing", b""),
    _no_json("B67: a byte order mark", b"\xef\xbb\xbf" + _GOOD),
    _no_json("B67: UTF-16", _GOOD.decode().encode("utf-16")),
    _no_json("B67: UTF-16 without a mark", _GOOD.decode().encode("utf-16-be")),
    _no_json("B67: no UTF-8", _GOOD.replace(CANARY, b"\xff")),
    _no_json("B67: a control character as it is", _GOOD.replace(CANARY, b"a\x01b")),
    _no_json("B67: a comma too many", _GOOD.replace(b"}", b",}")),
    _no_json("B67: a comment", _GOOD + b"// " + CANARY),
    _no_json("B68: 60,000 lists in each other", _with(b"[" * 60_000 + b"]" * 60_000)),
    _no_json("B68: 60,000 lists without an end", b"[" * 60_000),
    _no_json("B68: 40,000 objects in each other", b'{"a":' * 40_000 + b"1" + b"}" * 40_000),
    _no_json("B69: a number of 60,000 digits", _with(b"9" * 60_000)),
    _no_json("B69: a fraction of 60,000 digits", _with(b"0." + b"9" * 60_000)),
    _no_json("B69: a number of 65 digits", _with(b"9" * 65)),
    _no_json("B48: a number beyond all", _with(b"1e400")),
    _no_json("B48: a number of 5,000 digits", _with(b"9" * 5_000)),
    _no_json("B70: NaN", _with(b"NaN")),
    _no_json("B70: an infinity", _with(b"-Infinity")),
    _no_json("B70: a name twice", b'{"essay": "a", "essay": "%b"}' % CANARY),
    _no_json("B70: a name twice, once in escapes", b'{"essay": "a", "ess\\u0061y": "%b"}' % CANARY),
    _no_json("B71: a list", b"[%b]" % _GOOD),
    _no_json("B71: a text", b'"%b"' % CANARY),
    _no_json("B71: nothing, said", b"null"),
    _no_json("B71: a number", b"1"),
    refused(
        "B35: more fields than any form has, in JSON",
        post(b"{%b}" % b",".join(b'"a%d": "%b"' % (n, CANARY) for n in range(251)), kind=JSON),
        413,
        "too_large",
    ),
    wrong(
        "B71: values of other types",
        post(b'{"essay": {"a": "%b"}, "nick": 1, "age": true, "likes": {}}' % CANARY, kind=JSON),
        {"essay": "not_text", "nick": "not_text", "age": "not_json_number", "likes": "not_list"},
    ),
    wrong(
        "B44: a name of JavaScript, in JSON",
        post(b'{"essay": "a", "__proto__": {"is_admin": true}}', kind=JSON),
        {"__proto__": "unknown_field"},
    ),
)
