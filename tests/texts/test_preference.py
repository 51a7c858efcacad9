"""Which language an Accept-Language header gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.texts.preference import best_language

OFFERED = ("en", "es", "pt-BR", "ar-XB")


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        (None, "en"),
        ("", "en"),
        ("es", "es"),
        ("ES", "es"),
        ("es-MX", "es"),
        ("zh-Hant-TW, es;q=0.2", "es"),
        ("en;q=0.5, es;q=0.8", "es"),
        ("en;q=0.5, es", "es"),
        ("es, en", "es"),
        ("es;q=0, en", "en"),
        ("es;q=0", "en"),
        ("es;q=odd", "en"),
        ("es;q=nan", "en"),
        ("*, es;q=0.5", "en"),
        ("fr, *;q=0.1", "en"),
        ("pt", "pt-BR"),
        ("ar", "en"),
        ("ar-xb", "ar-XB"),
        (",;q=1,,", "en"),
    ],
)
def test_the_dearest_language_that_is_offered_is_chosen(header: str | None, tag: str) -> None:
    assert best_language(header, OFFERED) == tag


@given(st.text())
def test_any_header_gets_a_language_that_is_offered(header: str) -> None:
    assert best_language(header, OFFERED) in OFFERED
