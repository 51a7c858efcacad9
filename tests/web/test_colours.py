"""The contrast of every pair of colours that the pages put together, from their style sheet."""

import re
from collections.abc import Mapping
from importlib.resources import files

import pytest

_SHEET = (files("service.templates.static") / "app.css").read_text(encoding="utf-8")
_VARIABLE = re.compile(r"--formwell-([a-z-]+): (#[0-9a-f]{3,6});")
_ROOT = re.compile(r":root \{(.*?)\}", re.DOTALL)

TEXT = 4.5  # WCAG 2.2, 1.4.3
LINE = 3.0  # WCAG 2.2, 1.4.11

PAIRS = [
    *((text, ground, TEXT) for text in ("text", "muted", "accent") for ground in ("paper", "soft")),
    ("text", "canvas", TEXT),
    ("muted", "canvas", TEXT),
    ("accent", "canvas", TEXT),
    ("accent-hover", "paper", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("danger", "paper", TEXT),
    *((kind, f"{kind}-soft", TEXT) for kind in ("danger", "warning", "success")),
    ("danger-line", "paper", LINE),
    *((f"{kind}-line", f"{kind}-soft", LINE) for kind in ("danger", "warning", "success")),
    ("line", "paper", LINE),
    ("focus", "paper", LINE),
    ("focus", "canvas", LINE),
    *(("focus", f"{kind}-soft", LINE) for kind in ("danger", "warning")),
]


def colours(scheme: str) -> Mapping[str, str]:
    """The named colours of a scheme; dark changes what light has."""
    light, dark = (dict(_VARIABLE.findall(block)) for block in _ROOT.findall(_SHEET)[:2])
    return light if scheme == "light" else light | dark


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    linear = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black and white."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_calculated_as_published() -> None:
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_colours_stands_out(scheme: str) -> None:
    named = colours(scheme)
    measured = {(a, b): (contrast(named[a], named[b]), least) for a, b, least in PAIRS}
    assert {pair: found for pair, found in measured.items() if found[0] < found[1]} == {}


def test_dark_names_every_colour_anew() -> None:
    light, dark = (dict(_VARIABLE.findall(block)) for block in _ROOT.findall(_SHEET)[:2])
    assert set(light) == set(dark)
