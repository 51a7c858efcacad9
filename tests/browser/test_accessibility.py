"""Every state of every page is usable in each look: measured, and examined by axe-core."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.faults import find_faults
from tests.browser.looks import LOOKS, looking
from tests.browser.stage import Stage
from tests.browser.states import STATES, empty, received, with_errors

pytestmark = pytest.mark.slow

RIGHT_TO_LEFT = LOOKS["right to left, wide, dark"]

# What a system with few colours leaves of a control: a line around it in a colour of the system.
_WITHOUT_BORDER = """() => [...document.querySelectorAll(
    "input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select, button")]
  .filter((one) => one.checkVisibility())
  .filter((one) => {
    const style = getComputedStyle(one);
    const canvas = getComputedStyle(document.querySelector("main")).backgroundColor;
    return style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1
      || style.borderTopColor === canvas;
  })
  .map((one) => one.outerHTML.slice(0, 120))"""

_LINES = "(one) => Math.round(one.clientHeight / parseFloat(getComputedStyle(one).lineHeight))"


async def bottom(page: Page, selector: str) -> float:
    """Where an element ends, in CSS pixels."""
    box = await page.locator(selector).bounding_box()
    assert box is not None
    return box["y"] + box["height"]


async def edges(page: Page, selector: str) -> tuple[float, float]:
    """Where an element's left and right edges are, in CSS pixels."""
    box = await page.locator(selector).bounding_box()
    assert box is not None
    return box["x"], box["x"] + box["width"]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", STATES)
async def test_a_page_shuts_nobody_out(
    browser: Browser, stage: Stage, state: str, look: str
) -> None:
    async with looking(browser, LOOKS[look]) as page:
        await STATES[state](page, stage)
        assert await find_faults(page) == []
        root = page.locator("html")
        assert await root.get_attribute("lang") == LOOKS[look].locale
        assert await root.get_attribute("dir") == LOOKS[look].direction


async def test_right_to_left_everything_begins_at_the_right(browser: Browser, stage: Stage) -> None:
    async with looking(browser, RIGHT_TO_LEFT) as page:
        await empty(page, stage)
        _, label_ends = await edges(page, "label[for=field-textarea]")
        _, control_ends = await edges(page, "#field-textarea")
        assert abs(label_ends - control_ends) <= 1
        first_begins, _ = await edges(page, "#field-text")
        _, second_ends = await edges(page, "#field-email")
        assert first_begins > second_ends
        box_begins, _ = await edges(page, "#field-checkbox")
        _, its_label_ends = await edges(page, "label[for=field-checkbox]")
        assert box_begins >= its_label_ends


async def test_forced_colours_leave_every_control_its_border(
    browser: Browser, stage: Stage
) -> None:
    async with looking(browser, LOOKS["english, wide, light"]) as page:
        await page.emulate_media(forced_colors="active")
        await with_errors(page, stage)
        assert await page.evaluate(_WITHOUT_BORDER) == []
        await expect(page.locator(".question-wrong").first).not_to_have_css(
            "border-inline-start-width", "0px"
        )


async def test_controls_of_one_row_stand_on_one_line(browser: Browser, stage: Stage) -> None:
    async with looking(browser, LOOKS["english, wide, light"]) as page:
        await empty(page, stage)
        assert await bottom(page, "#field-text") == await bottom(page, "#field-email")
        below = await page.locator("label[for=field-textarea]").bounding_box()
        assert below is not None
        assert await bottom(page, "[data-count-for=field-text]") < below["y"] - 8


async def test_a_message_about_a_narrow_question_has_one_line(
    browser: Browser, stage: Stage
) -> None:
    async with looking(browser, LOOKS["english, wide, light"]) as page:
        await empty(page, stage)
        before_begins, before_ends = await edges(page, "#field-tel")
        await with_errors(page, stage)
        for name in ("tel", "url", "integer", "decimal"):
            lines = await page.locator(f"#field-{name}-error").evaluate(_LINES)
            assert lines == 1
        begins, ends = await edges(page, "#field-tel")
        assert ends - begins == pytest.approx(before_ends - before_begins, abs=8)


async def test_a_receipt_is_printed_on_one_page(browser: Browser, stage: Stage) -> None:
    async with looking(browser, LOOKS["english, wide, light"]) as page:
        await received(page, stage)
        printed = await page.pdf(format="A4")
        assert printed.count(b"/Type /Page\n") == 1
