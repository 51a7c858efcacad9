"""The content security policy stands and is never broken; what is typed never becomes code."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.form_files import TYPED, WRONG
from tests.browser.looks import LOOKS, looking
from tests.browser.stage import Stage
from tests.browser.states import STATUS_WITHIN_MS, empty, fill_in, send
from tests.system.polling import until

pytestmark = pytest.mark.slow

HOSTILE = "\"'></textarea><script>window.owned = 1</script><img src=x onerror='owned = 1'>{{ 7*7 }}"

# Runs before each page; the browser's own events tell more than what it writes to the console.
_WATCH = """addEventListener("securitypolicyviolation",
  (event) => broken(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`))"""


@pytest_asyncio.fixture(loop_scope="session")
async def broken() -> list[str]:
    """What broke the policy."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, broken: list[str]) -> AsyncIterator[Page]:
    async with looking(browser, LOOKS["english, wide, light"]) as page:
        await page.expose_function("broken", lambda text: broken.append(text))
        await page.add_init_script(_WATCH)
        yield page


async def test_a_whole_journey_breaks_no_policy(
    page: Page, stage: Stage, broken: list[str]
) -> None:
    """HDR-7: from the empty form over errors to the receipt."""
    await empty(page, stage)
    await fill_in(page, WRONG)
    await send(page, status=422)
    await page.locator("#error-summary a").first.click()
    await fill_in(page)
    await send(page, status=303)
    status = page.locator("#receipt-status")
    await expect(status).to_have_attribute("data-state", "delivered", timeout=STATUS_WITHIN_MS)
    await page.goto(stage.url)
    await page.goto(f"{stage.url}/f/nothing")
    assert broken == []


async def test_code_that_is_typed_is_shown_and_does_not_run(
    page: Page, stage: Stage, broken: list[str]
) -> None:
    """HDR-7: a script in an answer is a text in a field."""
    await empty(page, stage)
    await fill_in(page, dict.fromkeys(TYPED, HOSTILE))
    await send(page, status=422)
    for name in TYPED:
        await expect(page.locator(f"#field-{name}")).to_have_value(HOSTILE)
    assert await page.evaluate("window.owned") is None
    assert broken == []


async def test_an_inline_script_does_not_run_and_the_browser_tells(
    page: Page, stage: Stage, broken: list[str]
) -> None:
    await empty(page, stage)
    await page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.owned = 1";
          document.body.append(script);
        }"""
    )

    async def told() -> bool:
        return bool(broken)

    await until(told, within_seconds=10, hoping_for="the browser's word that it was refused")
    assert await page.evaluate("window.owned") is None
