"""A page with errors in a language that somebody does not read: one button, and all is kept."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.form_files import WRONG
from tests.browser.looks import LOOKS, looking
from tests.browser.stage import Stage
from tests.browser.states import send_button, with_errors

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_another_language_keeps_what_was_typed_and_the_enter_key_sends(
    browser: Browser, stage: Stage, scripts: bool
) -> None:
    async with looking(browser, LOOKS["english, wide, light"], scripts=scripts) as page:
        await with_errors(page, stage)
        for name in ("radio", "checkboxes", "rating", "checkbox"):
            await page.locator(f"#field-{name}").check()
        await page.get_by_role("button", name="Español").click()
        await expect(page.locator("html")).to_have_attribute("lang", "es")
        await expect(page.locator("#error-summary")).to_contain_text("Elija una opción.")
        for name, typed in WRONG.items():
            await expect(page.locator(f"#field-{name}")).to_have_value(typed)
        for name in ("radio", "checkboxes", "rating", "checkbox"):
            await expect(page.locator(f"#field-{name}")).to_be_checked()
        await expect(send_button(page)).to_have_text("Enviar")
        async with page.expect_request(lambda one: one.method == "POST") as sent:
            await page.locator("#field-text").press("Enter")
        assert (await sent.value).url.endswith("?send&lang=es")
