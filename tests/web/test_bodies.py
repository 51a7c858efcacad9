"""Bodies are read as sent or refused; none is repaired, and none makes an exception of ours."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.forms.raw import Repeated
from service.web.bodies import (
    MOST_FIELDS,
    UploadedFile,
    parse_json,
    parse_multipart,
    parse_urlencoded,
)
from service.web.refusals import BAD_REQUEST, TOO_LARGE, RefusedError

BOUNDARY = "xyz"


def multipart(*parts: bytes) -> bytes:
    """A body of parts, each with its own headers."""
    body = b"".join(b"--xyz\r\n" + part + b"\r\n" for part in parts)
    return body + b"--xyz--\r\n"


def field(name: str, value: bytes, more: str = "") -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n{more}\r\n'.encode() + value


def read_multipart(body: bytes) -> object:
    return parse_multipart(body, BOUNDARY)


def test_a_browsers_form_is_read() -> None:
    assert parse_urlencoded(b"a=1+2&b=%C3%BC%0D%0A&c=&a=3") == {
        "a": Repeated(["1 2", "3"]),
        "b": "ü\r\n",
        "c": "",
    }
    assert parse_urlencoded(b"") == {}


def test_a_broken_escape_is_literal_text() -> None:
    assert parse_urlencoded(b"a=%zz&b=%") == {"a": "%zz", "b": "%"}


def test_multipart_is_read_as_utf_8() -> None:
    body = multipart(
        field("a", "ü\r\n".encode()),
        field("b", b""),
        field("c", b"x", "Content-Type: text/plain; charset=latin-1\r\n"),
    )
    assert read_multipart(body) == {"a": "ü\r\n", "b": "", "c": "x"}


def test_a_file_is_no_answer_and_an_empty_file_input_is_a_blank_one() -> None:
    raw = parse_multipart(
        multipart(
            b'Content-Disposition: form-data; name="a"; filename="../../x"\r\n\r\ndata',
            b'Content-Disposition: form-data; name="b"; filename=""\r\n\r\n',
        ),
        BOUNDARY,
    )
    assert isinstance(raw["a"], UploadedFile)
    assert raw["b"] == ""


def test_json_is_one_flat_object() -> None:
    assert parse_json('{"a": "ü", "b": 1, "c": null}'.encode()) == {"a": "ü", "b": 1, "c": None}


@pytest.mark.parametrize(
    ("parse", "body"),
    [
        (parse_urlencoded, b"a=\xff"),
        (parse_urlencoded, b"a=%ff%fe"),
        (parse_urlencoded, b"\xff=a"),
        (read_multipart, b""),
        (read_multipart, b"garbage"),
        (read_multipart, multipart(field("a", b"x"))[:-8]),
        (read_multipart, multipart(b"Content-Disposition: form-data\r\n\r\nx") + b"trailing"),
        (read_multipart, multipart(field("a", b"\xff"))),
        (read_multipart, multipart(field("a", b"x", "Content-Encoding: gzip\r\n"))),
        (read_multipart, multipart(field("a", b"x", "Content-Transfer-Encoding: base64\r\n"))),
        (parse_json, b""),
        (parse_json, b"{"),
        (parse_json, b'{"a": 1} x'),
        (parse_json, b"\xef\xbb\xbf{}"),
        (parse_json, '{"a": 1}'.encode("utf-16")),
        (parse_json, b"[]"),
        (parse_json, b"null"),
        (parse_json, b'"text"'),
        (parse_json, b'{"a": NaN}'),
        (parse_json, b'{"a": -Infinity}'),
        (parse_json, b'{"a": 1e400}'),
        (parse_json, b'{"a": ' + b"9" * 60_000 + b"}"),
        (parse_json, b'{"a": 1, "a": 2}'),
        (parse_json, b'{"a": "\\ud800"}'),
        (parse_json, b'{"\\udfff": 1}'),
        (parse_json, b'{"a": ' + b"[" * 60_000 + b"]" * 60_000 + b"}"),
        (parse_json, b"\xff"),
    ],
)
def test_a_damaged_body_is_a_bad_request(parse: Callable[[bytes], object], body: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        parse(body)
    assert refused.value.refusal is BAD_REQUEST


@pytest.mark.parametrize("boundary", ["", "x" * 71, "ü"])
def test_an_impossible_boundary_is_a_bad_request(boundary: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_multipart(multipart(field("a", b"x")), boundary)
    assert refused.value.refusal is BAD_REQUEST


def test_too_many_fields_are_refused_before_anything_is_made_of_them() -> None:
    with pytest.raises(RefusedError) as refused:
        parse_urlencoded(b"&".join(b"a%d=" % n for n in range(MOST_FIELDS + 1)))
    assert refused.value.refusal is TOO_LARGE
    with pytest.raises(RefusedError):
        read_multipart(multipart(*(field(f"a{n}", b"") for n in range(MOST_FIELDS + 1))))
    with pytest.raises(RefusedError):
        parse_json(json.dumps({f"a{n}": 1 for n in range(MOST_FIELDS + 1)}).encode())


@given(st.binary(max_size=200), st.sampled_from([parse_urlencoded, read_multipart, parse_json]))
def test_any_bytes_are_read_or_refused(body: bytes, parse: Callable[[bytes], object]) -> None:
    try:
        raw = parse(body)
    except RefusedError as error:
        raw = error
    assert isinstance(raw, dict | RefusedError)


@given(st.text(max_size=30), st.text(max_size=60).filter(lambda text: text.isprintable()))
def test_json_text_comes_back_as_sent(name: str, value: str) -> None:
    assert parse_json(json.dumps({name: value}).encode()) == {name: value}
