"""Encodings and ETags of what many are sent."""

import gzip

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from service.web.representation import accepts_gzip, represent


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("*", True),
        ("*;q=0", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("gzip;q=nonsense", False),
        ("br", False),
        ("", False),
    ],
)
def test_gzip_is_taken_by_name_or_star_unless_its_weight_is_zero(header: str, taken: bool) -> None:
    headers = CIMultiDictProxy(CIMultiDict({"Accept-Encoding": header}))
    assert accepts_gzip(headers) is taken


def test_a_text_is_gzipped_and_comes_back() -> None:
    body = b"What do you think? " * 100
    gzipped = represent(body, "text/html").gzipped
    assert gzipped is not None
    assert len(gzipped) < len(body) / 10
    assert gzip.decompress(gzipped) == body


def test_what_gains_nothing_is_not_gzipped() -> None:
    assert represent(b"tiny", "text/html").gzipped is None


def test_an_etag_follows_from_the_bytes_alone() -> None:
    one, same, other = (represent(body, "text/html").etag for body in (b"a", b"a", b"b"))
    assert one == same != other
