"""A page that is kept for many has no key of its own: the script's makes a repeat recognisable."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.form_files import FOR_MANY
from tests.browser.looks import LOOKS, looking
from tests.browser.stage import Stage
from tests.browser.states import fill_in, open_form, send, send_button

pytestmark = pytest.mark.slow

_RECEIPT = re.compile(rf"/f/{FOR_MANY}/receipts/([0-9a-f-]{{36}})\?")


async def receipt(page: Page) -> str:
    """The receipt that the page's address names, once it names one."""
    await page.wait_for_url(_RECEIPT)
    found = _RECEIPT.search(page.url)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("scripts", [True, False])
async def test_it_is_sent_with_and_without_scripts(
    browser: Browser, stage: Stage, scripts: bool
) -> None:
    async with looking(browser, LOOKS["english, wide, light"], scripts=scripts) as page:
        await open_form(page, stage.url, FOR_MANY)
        key = page.locator("input[name=submission_key]")
        await expect(key).to_have_count(1 if scripts else 0)
        await fill_in(page)
        await send(page, status=303)
        await receipt(page)


async def test_going_back_and_sending_again_is_a_repeat(browser: Browser, stage: Stage) -> None:
    async with looking(browser, LOOKS["english, wide, light"]) as page:
        await open_form(page, stage.url, FOR_MANY)
        await fill_in(page)
        await send_button(page).dblclick()
        first = await receipt(page)
        await page.go_back()
        await send(page, status=303)
        assert await receipt(page) == first


async def test_two_visits_are_two_submissions(browser: Browser, stage: Stage) -> None:
    receipts = set()
    for _ in range(2):
        async with looking(browser, LOOKS["english, wide, light"]) as page:
            await open_form(page, stage.url, FOR_MANY)
            await fill_in(page)
            await send(page, status=303)
            receipts.add(await receipt(page))
    assert len(receipts) == 2
