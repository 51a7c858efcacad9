"""What scripts add: a count, a warning, a key on pages that caches keep, a status that waits."""

import re
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Dialog, Page, Route, expect

from tests.browser.visitor import Visitor
from tests.system.service_process import ServiceProcess, running_service

pytestmark = pytest.mark.slow

POLL = """
title: A poll
language: en
cache_seconds: 600
fields:
  - {name: essay, type: textarea, label: Essay, max_length: 20}
  - {name: town, type: text, label: Town}
"""
RECEIPT = re.compile(r"/f/poll/receipts/([0-9a-f-]{36})\?")
HIDDEN = """
window.isAway = false;
window.asked = 0;
const ask = window.fetch;
window.fetch = (...request) => {
  window.asked += 1;
  return ask(...request);
};
Object.defineProperty(document, "hidden", { get: () => window.isAway });
"""


@pytest.fixture(scope="module")
def polling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """A service whose only form has a page that caches may keep."""
    folder = tmp_path_factory.mktemp("polling")
    (folder / "forms").mkdir()
    (folder / "forms" / "poll.yaml").write_text(POLL)
    with running_service(folder, {"FORMS_DIR": str(folder / "forms")}) as service:
        yield service


@pytest.fixture
def address(polling: ServiceProcess) -> str:
    return f"{polling.url}/f/poll"


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """A tab with the poll, whose clock the test sets."""
    page = await browser.new_page()
    violations: list[str] = []
    page.on("console", lambda message: violations.append(message.text))
    page.on("pageerror", lambda error: violations.append(str(error)))
    await page.goto(address)
    yield page
    await page.close()
    assert not violations


async def key_of(page: Page) -> str:
    return await page.locator("input[name=submission_key]").input_value()


async def send(page: Page) -> str:
    """Press the button; the receipt of the page that follows."""
    await page.get_by_role("button", name="Send").click()
    await page.wait_for_url(RECEIPT)
    found = RECEIPT.search(page.url)
    assert found is not None
    return found[1]


def dialogs_of(page: Page) -> list[str]:
    """The kinds of dialog that the page will have shown; each is answered with "stay"."""
    shown: list[str] = []

    async def stay(dialog: Dialog) -> None:
        shown.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    return shown


async def leave(page: Page, address: str) -> None:
    """Follow an address as a link would; where a dialog keeps the page, nothing happens."""
    await page.evaluate("address => { location.href = address; }", address)


async def test_a_count_follows_every_character_and_says_when_there_are_too_many(
    page: Page,
) -> None:
    count = page.locator("[data-count-for=field-essay]")
    essay = page.get_by_label("Essay")
    await expect(count).to_have_text("Characters left: 20")
    await essay.fill("  Sega 🎮\nfor ever\n")
    await expect(count).to_have_text("Characters left: 5")
    await essay.fill("🎮" * 22)
    await expect(count).to_have_text("Characters too many: 2")
    await expect(count).to_have_class(re.compile(r"\bwrong\b"))
    await essay.fill("")
    await expect(count).to_have_text("Characters left: 20")
    await expect(count).not_to_have_class(re.compile(r"\bwrong\b"))


async def test_a_count_is_said_after_a_pause_and_only_near_the_limit(
    page: Page, address: str
) -> None:
    await page.clock.install()
    await page.goto(address)
    said = page.locator("[data-count-for=field-essay] + [role=status]")
    essay = page.get_by_label("Essay")
    await essay.fill("x" * 10)
    await page.clock.run_for(1500)
    await expect(said).to_have_text("")
    await essay.fill("x" * 18)
    await page.clock.run_for(900)
    await essay.fill("x" * 19)
    await page.clock.run_for(900)
    await expect(said).to_have_text("")
    await page.clock.run_for(200)
    await expect(said).to_have_text("Characters left: 1")
    await essay.fill("x")
    await page.clock.run_for(1500)
    await expect(said).to_have_text("")


async def test_the_count_is_right_when_the_browser_brings_answers_back(page: Page) -> None:
    await page.get_by_label("Essay").fill("x" * 8)
    await send(page)
    await page.go_back()
    await expect(page.get_by_label("Essay")).to_have_value("x" * 8)
    await expect(page.locator("[data-count-for=field-essay]")).to_have_text("Characters left: 12")


async def test_leaving_with_unsent_answers_is_asked_about(page: Page, address: str) -> None:
    dialogs = dialogs_of(page)
    await page.get_by_label("Town").press_sequentially("Paris")
    await leave(page, f"{address}?elsewhere")
    await expect(page.get_by_label("Town")).to_have_value("Paris")
    assert dialogs == ["beforeunload"]
    assert page.url == address


async def test_leaving_answers_that_were_refused_is_asked_about_as_they_stand(
    visitor: Visitor,
) -> None:
    dialogs = dialogs_of(visitor.page)
    await visitor.come()
    await visitor.fill_in("Sega", "ada at example")
    await visitor.send_button.click()
    await expect(visitor.alert).to_be_focused()
    await visitor.essay.click()
    await leave(visitor.page, f"{visitor.page.url}&elsewhere")
    await expect(visitor.essay).to_have_value("Sega")
    assert dialogs == ["beforeunload"]
    await visitor.email.fill("ada@example.org")
    await visitor.send()
    assert dialogs == ["beforeunload"]


async def test_leaving_an_untouched_form_is_not_asked_about(page: Page, address: str) -> None:
    dialogs = dialogs_of(page)
    await page.get_by_label("Town").click()
    await leave(page, f"{address}?elsewhere")
    await page.wait_for_url("**?elsewhere")
    assert dialogs == []


async def test_what_was_sent_is_never_asked_about_not_even_on_the_way_back(
    page: Page, address: str
) -> None:
    dialogs = dialogs_of(page)
    await page.get_by_label("Town").press_sequentially("Paris")
    await send(page)
    await page.go_back()
    await page.get_by_label("Town").click()
    await leave(page, f"{address}?elsewhere")
    await page.wait_for_url("**?elsewhere")
    assert dialogs == []


async def test_every_visit_to_a_page_for_many_gets_a_key_with_its_time(
    page: Page, address: str
) -> None:
    first = await key_of(page)
    assert re.fullmatch("[0-9a-f]{36}", first)
    assert abs(int(first[:12], 16) - await page.evaluate("Date.now()")) < 600_000
    await page.reload()
    reloaded = await key_of(page)
    await page.goto(f"{address}?again")
    assert len({first, reloaded, await key_of(page)}) == 3


async def test_going_back_to_a_page_for_many_and_sending_again_is_a_repeat(page: Page) -> None:
    await page.get_by_label("Town").fill("Paris")
    key = await key_of(page)
    receipt = await send(page)
    await page.go_back()
    await expect(page.get_by_label("Town")).to_have_value("Paris")
    assert await key_of(page) == key
    assert await send(page) == receipt


async def test_a_double_click_on_a_page_for_many_sends_once(page: Page) -> None:
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    await page.get_by_label("Town").fill("Paris")
    await page.get_by_role("button", name="Send").dblclick()
    await page.wait_for_url(RECEIPT)
    assert len(posts) == 1


async def test_the_status_is_not_asked_for_while_nobody_looks(page: Page) -> None:
    async def answer(route: Route) -> None:
        if "application/json" in route.request.headers["accept"]:
            await route.fulfill(json={"status": "received"})
        else:
            await route.continue_()

    await page.add_init_script(HIDDEN)
    await page.clock.install()
    await page.route("**/receipts/**", answer)
    await send(page)
    await page.evaluate("window.isAway = true")
    await page.clock.run_for(600_000)
    assert await page.evaluate("window.asked") == 0
    await page.evaluate(
        "window.isAway = false; document.dispatchEvent(new Event('visibilitychange'))"
    )
    await page.wait_for_function("window.asked > 0", polling=50)
