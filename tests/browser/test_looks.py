"""What can be measured of how the pages look: on narrow screens, in light and in dark."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.visitor import Visitor
from tests.system.service_process import ServiceProcess

pytestmark = pytest.mark.slow

NARROWEST = 320  # CSS pixels; WCAG 2.2, 1.4.10
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"

# Relative luminance and contrast as WCAG 2.2 defines them, of every element with text of its own.
_CONTRASTS = r"""() => {
  const luminance = (color) => color.slice(0, 3)
    .map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const parse = (color) => color.match(/[\d.]+/g).map(Number);
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const hasText = (element) => element.checkVisibility()
    && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const contrast = (element) => {
    const pair = [parse(getComputedStyle(element).color), background(element)].map(luminance);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  return Object.fromEntries([...document.querySelectorAll("body *")].filter(hasText)
    .map((element) => [element.outerHTML.slice(0, 80), contrast(element)]));
}"""


async def walk(visitor: Visitor) -> AsyncIterator[Page]:
    """Stop at the empty form, the errors, the receipt, the conflict and a page not found."""
    page = visitor.page
    await visitor.come()
    yield page
    await visitor.fill_in("", LONG_WORD)
    await visitor.send_button.click()
    await expect(visitor.alert).to_be_visible()
    yield page
    await visitor.come()
    await visitor.fill_in(LONG_WORD)
    await visitor.send()
    yield page
    await page.go_back()
    await visitor.essay.fill(f"{LONG_WORD} {LONG_WORD}")
    await visitor.send_button.click()
    await expect(visitor.alert).to_be_visible()
    yield page
    await page.goto(page.url.partition("?")[0] + "/nothing")
    await expect(page.get_by_role("heading")).to_have_text("There is nothing here")
    yield page


async def test_nothing_is_wider_than_the_narrowest_screen(visitor: Visitor) -> None:
    await visitor.page.set_viewport_size({"width": NARROWEST, "height": 600})
    widths = [
        await page.evaluate("document.documentElement.scrollWidth") async for page in walk(visitor)
    ]
    assert widths == [NARROWEST] * 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out(
    browser: Browser, service: ServiceProcess, scheme: Literal["light", "dark"]
) -> None:
    visitor = Visitor(await browser.new_page(color_scheme=scheme), service)
    measured: dict[str, float] = {}
    async for page in walk(visitor):
        measured |= await page.evaluate(_CONTRASTS)
    assert len(measured) > 20
    assert {text: ratio for text, ratio in measured.items() if ratio < LEAST_CONTRAST} == {}


async def test_dark_is_dark_without_scripts(browser: Browser, service: ServiceProcess) -> None:
    page = await browser.new_page(color_scheme="dark", java_script_enabled=False)
    await Visitor(page, service).come()
    await expect(page.locator("main")).to_have_css("background-color", "rgb(27, 30, 38)")


async def test_the_focus_is_outlined(visitor: Visitor) -> None:
    await visitor.come()
    for control in (visitor.essay, visitor.email, visitor.send_button):
        await visitor.page.keyboard.press("Tab")
        await expect(control).to_be_focused()
        await expect(control).to_have_css("outline-style", "solid")
        await expect(control).to_have_css("outline-width", "3px")


async def test_a_printed_receipt_has_the_receipt_and_nothing_to_press(visitor: Visitor) -> None:
    await visitor.come()
    await visitor.fill_in("Sega")
    receipt = await visitor.send()
    await visitor.page.emulate_media(media="print")
    await expect(visitor.page.get_by_text(str(receipt))).to_be_visible()
    for control in await visitor.page.locator("a, button").all():
        await expect(control).to_be_hidden()
