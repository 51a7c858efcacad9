"""How a page is looked at: in a language, in a scheme of colours, on a wide or narrow screen.

Three looks have all of it: a fault of a colour shows in any language, and one of a width in any
colour.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Browser, Page

NARROWEST = 320
"""CSS pixels: WCAG 2.2, 1.4.10. It is also what 400 % of zoom leave of a screen of 1,280."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """`locale` is the language a browser asks for; `direction` is the one its pages must have."""

    locale: str
    direction: Literal["ltr", "rtl"] = "ltr"
    scheme: Literal["light", "dark"] = "light"
    width: int = 1280


LOOKS: Mapping[str, Look] = {
    "english, wide, light": Look(locale="en"),
    "spanish, narrow, dark": Look(locale="es", scheme="dark", width=NARROWEST),
    "right to left, wide, dark": Look(locale="ar-XB", direction="rtl", scheme="dark"),
}


@asynccontextmanager
async def looking(browser: Browser, look: Look, *, scripts: bool = True) -> AsyncIterator[Page]:
    """A page that is looked at so; it and what it remembers are gone afterwards."""
    page = await browser.new_page(
        locale=look.locale,
        color_scheme=look.scheme,
        viewport={"width": look.width, "height": 800},
        java_script_enabled=scripts,
    )
    try:
        yield page
    finally:
        await page.context.close()
