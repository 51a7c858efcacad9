"""Bodies of any kind: answers put as a browser or a program does, and what only looks like it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus

from hypothesis import strategies as st

from tests.web.bad_input.wire import JSON, MULTIPART, URLENCODED, part
from tests.web.raw import CANARY

NAMES = ("essay", "nick", "mail", "home", "age", "weight", "born", "likes", "colour", "code")
NASTY_NAMES = ("", "submission_key", "_charset_", "__proto__", "a.b", "form", "essay[]", "\0", "é")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """`answers` are what must be stored of it if any of it is; None where nobody can tell."""

    kind: bytes
    data: bytes
    answers: Mapping[str, str] | None = None


_any_text = st.text(st.characters(codec="utf-8"), max_size=40)
# The canary is within what is typed, behind what would make an element of it.
_around = "{}<{}{}".format
_typed = st.builds(_around, _any_text, st.just(CANARY.decode()), _any_text)
_fitting_letters = st.characters(codec="utf-8", exclude_categories=["Cc"])
# What is easily repaired, tidied or taken for something else: marks, ligatures, no-breaks.
_TEMPTING = (
    "e\u0301",
    "\ufb01",
    "\u200b",
    "\u202e",
    "\xa0",
    "\ufffd",
    "\u2028",
    "&=",
    "+",
    "%41",
    ";",
)
_fitting_text = st.lists(st.one_of(_fitting_letters, st.sampled_from(_TEMPTING)), max_size=10).map(
    "".join
)
_fitting = st.builds(_around, _fitting_text, st.just(CANARY.decode()), _fitting_text)
_texts = st.one_of(
    st.fixed_dictionaries({"essay": _fitting}, optional={"nick": _fitting}),
    st.fixed_dictionaries({"essay": _typed}, optional={"nick": _typed}),
)
_names = st.one_of(st.sampled_from(NAMES), st.sampled_from(NASTY_NAMES), _any_text)
_values = st.one_of(
    _typed, st.sampled_from(["", "1e400", "9999-99-99", "٣", "nan", "rpg", "a@b.c"])
)
_pairs = st.lists(st.tuples(_names, _values), max_size=6)
_json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _values),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(_names, inner, max_size=3)
    ),
    max_leaves=5,
)
_boundaries = st.sampled_from([b"cut", b'"cut"', b"", b"c" * 71, b"\xff", b"other"])


def _urlencoded(answers: Mapping[str, str]) -> bytes:
    return "&".join(f"{name}={quote_plus(value)}" for name, value in answers.items()).encode()


def _parts(pairs: list[tuple[str, str]]) -> bytes:
    named = [part(value.encode(), name=name.encode()) for name, value in pairs]
    return b"".join(b"--cut\r\n%b\r\n" % one for one in named) + b"--cut--\r\n"


def _well_formed(answers: Mapping[str, str]) -> st.SearchStrategy[Body]:
    encodings = {
        URLENCODED: _urlencoded(answers),
        MULTIPART + b"; boundary=cut": _parts([*answers.items()]),
        JSON: json.dumps(answers).encode(),
    }
    return st.sampled_from(
        [Body(kind=kind, data=data, answers=answers) for kind, data in encodings.items()]
    )


def _multipart(pairs: list[tuple[str, str]], boundary: bytes) -> Body:
    return Body(kind=MULTIPART + b"; boundary=" + boundary, data=_parts(pairs))


def _odd_pairs(pairs: list[tuple[str, str]]) -> Body:
    data = b"&".join(
        b"%b=%b" % (quote_plus(name).encode(), value.encode()) for name, value in pairs
    )
    return Body(kind=URLENCODED, data=data)


def _as_json(value: object) -> Body:
    return Body(kind=JSON, data=json.dumps(value).encode("utf-8", "surrogatepass"))


_DEEP = (b"[" * 60_000, b'{"a":' * 40_000 + b"1" + b"}" * 40_000)
_ODD_JSON = (b"NaN", b"1e400", b"9" * 5_000, b'{"essay": "a", "essay": "b"}', b'"\\ud800"', *_DEEP)
_KINDS = (URLENCODED, JSON, MULTIPART, MULTIPART + b"; boundary=cut", b"", b"text/plain")
_charsets = st.sampled_from([b"nope", b"hex", b"utf-16", b'"', b"\xff", b"utf-8; charset=utf-7"])
_kinds = st.one_of(
    st.sampled_from(_KINDS), _charsets.map(lambda charset: URLENCODED + b"; charset=" + charset)
)
_junk = st.builds(Body, kind=_kinds, data=st.binary(max_size=300).map(lambda data: data + CANARY))
_LIMIT = 256 * 1_024 - len(b"essay=")
_large = st.builds(
    Body,
    kind=_kinds,
    data=st.sampled_from([20_000, 20_001, _LIMIT, _LIMIT + 1, 300_000]).map(
        lambda size: b"essay=" + b"x" * size
    ),
)

bodies = st.one_of(
    *[_texts.flatmap(_well_formed)] * 8,
    _pairs.map(_odd_pairs),
    st.builds(_multipart, _pairs, _boundaries),
    st.dictionaries(_names, _json_values, max_size=5).map(_as_json),
    _json_values.map(_as_json),
    st.sampled_from([Body(kind=JSON, data=data) for data in _ODD_JSON]),
    _junk,
    _large,
)
