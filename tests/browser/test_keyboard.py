"""The form of every type without a mouse: what takes the focus, in which order, how it shows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.form_files import TYPED, WRONG
from tests.browser.looks import LOOKS, looking
from tests.browser.stage import Stage
from tests.browser.states import STATUS_WITHIN_MS, empty, send_button, with_errors

pytestmark = pytest.mark.slow

LOOK = LOOKS["english, wide, light"]
MOST_STOPS = 60
LEAST_OUTLINE = 2.0  # CSS pixels; WCAG 2.2, 2.4.13

# Where the focus is, how thick it is outlined, and whether it can be seen: WCAG 2.2, 2.4.11.
# Of a high control with text in it, a browser scrolls to the text.
_FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    id: one.id,
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    shown: box.bottom >= 24 && box.right >= 24 && box.top <= innerHeight - 24
      && box.left <= innerWidth - 24,
    sends: one.matches("form[method=post] [type=submit]"),
  };
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where the focus rests; `outline` in CSS pixels."""

    id: str
    outline: float
    shown: bool
    sends: bool


async def stops(page: Page) -> AsyncIterator[Stop]:
    """Each place the Tab key leads to, up to the button that sends."""
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        stop = Stop(**await page.evaluate(_FOCUS))
        yield stop
        if stop.sends:
            return
    raise AssertionError("the button that sends was never reached")


@pytest.mark.parametrize("look", LOOKS)
async def test_the_focus_is_seen_at_every_stop_and_follows_the_page(
    browser: Browser, stage: Stage, look: str
) -> None:
    async with looking(browser, LOOKS[look]) as page:
        await empty(page, stage)
        passed = [stop async for stop in stops(page)]
        assert [stop for stop in passed if stop.outline < LEAST_OUTLINE or not stop.shown] == []
        fields = [stop.id.removeprefix("field-") for stop in passed if "field-" in stop.id]
        assert fields[:3] == ["text", "email", "textarea"]
        assert fields[3:9] == ["tel", "url", "integer", "decimal", "date", "time"]
        assert fields[9:] == [
            *("radio", "checkboxes", "checkboxes-2", "checkboxes-3"),
            *("select", "rating", "checkbox"),
        ]


async def test_every_type_is_answered_and_sent_by_keyboard_alone(
    browser: Browser, stage: Stage
) -> None:
    async with looking(browser, LOOK) as page:
        await empty(page, stage)
        keyboard = page.keyboard
        async for stop in stops(page):
            name = stop.id.removeprefix("field-")
            if name in TYPED:
                await keyboard.type(TYPED[name])
            elif name == "select":
                await keyboard.press("S")
            elif name in ("radio", "rating"):
                await keyboard.press("Space")
                await keyboard.press("ArrowDown")
            elif name in ("checkboxes-2", "checkbox"):
                await keyboard.press("Space")
        await expect(page.locator("#field-select")).to_have_value("Spain")
        await expect(page.locator("#field-radio-2")).to_be_checked()
        await expect(page.locator("#field-checkboxes-2")).to_be_checked()
        await keyboard.press("Enter")
        status = page.locator("#receipt-status")
        await expect(status).to_have_attribute("data-state", "delivered", timeout=STATUS_WITHIN_MS)


async def test_the_summary_has_the_focus_and_its_links_lead_into_each_field(
    browser: Browser, stage: Stage
) -> None:
    async with looking(browser, LOOK) as page:
        await with_errors(page, stage)
        summary = page.locator("#error-summary")
        await expect(summary).to_be_focused()
        links = summary.get_by_role("link")
        for number in range(await links.count()):
            link = links.nth(number)
            target = await link.get_attribute("href")
            assert target is not None
            await link.focus()
            await page.keyboard.press("Enter")
            await expect(page.locator(target)).to_be_focused()
        assert number + 1 >= len(WRONG)


async def test_the_first_tab_after_an_error_is_the_first_link_of_the_summary(
    browser: Browser, stage: Stage
) -> None:
    async with looking(browser, LOOK) as page:
        await with_errors(page, stage)
        await page.keyboard.press("Tab")
        await expect(page.locator("#error-summary").get_by_role("link").first).to_be_focused()
        await expect(send_button(page)).to_be_visible()
