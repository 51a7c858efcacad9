"""From the empty form to the answer in the store."""

import pytest
from playwright.async_api import Route, expect

from tests.browser.visitor import DELIVERED_WITHIN_MS, Visitor

pytestmark = pytest.mark.slow


async def test_an_answer_is_thanked_for_delivered_and_found(visitor: Visitor, word: str) -> None:
    await visitor.come()
    await visitor.fill_in(f"Sega, {word}!\nOf course.")
    receipt = await visitor.send()
    await expect(visitor.page.get_by_role("heading", name="Thank you")).to_be_visible()
    await visitor.wait_until_delivered()
    (document,) = await visitor.stored(word)
    assert document["receipt"] == str(receipt)
    assert document["essay_question"] == f"Sega, {word}!\nOf course."
    assert document["email_addr"] == "ada@example.org"


async def test_everything_works_without_scripts(scriptless: Visitor, word: str) -> None:
    await scriptless.come()
    await scriptless.fill_in("", f"{word}@example.org")
    await scriptless.send_button.click()
    await expect(scriptless.alert).to_be_focused()
    await scriptless.essay.fill(f"Nintendo {word}")
    receipt = await scriptless.send()
    # Nothing updates itself here, and the link is gone once there is nothing to wait for.
    link = scriptless.page.get_by_role("link", name="Check again")
    while await link.count():
        await link.click(timeout=DELIVERED_WITHIN_MS)
    await expect(scriptless.status).to_contain_text("Delivered.")
    assert [document["receipt"] for document in await scriptless.stored(word)] == [str(receipt)]


async def test_an_error_keeps_the_answers_and_takes_the_focus(visitor: Visitor) -> None:
    await visitor.come()
    await visitor.fill_in("\n  Sega\n\nforever", "ada at example")
    await visitor.send_button.click()
    await expect(visitor.alert).to_be_focused()
    await expect(visitor.page).to_have_title("Error: The console wars of 1991")
    await expect(visitor.essay).to_have_value("\n  Sega\n\nforever")
    await expect(visitor.email).to_have_value("ada at example")
    await expect(visitor.email).to_have_attribute("aria-invalid", "true")


async def test_a_link_of_the_summary_leads_into_the_wrong_control(visitor: Visitor) -> None:
    await visitor.come()
    await visitor.send_button.click()
    await visitor.alert.get_by_role("link", name="Email address").click()
    await expect(visitor.email).to_be_focused()


async def test_a_form_is_filled_in_and_sent_by_keyboard_alone(visitor: Visitor, word: str) -> None:
    await visitor.come()
    keyboard = visitor.page.keyboard
    await keyboard.press("Tab")
    await keyboard.type(f"Sega {word}")
    await keyboard.press("Tab")
    await keyboard.type("ada@example.org")
    await keyboard.press("Tab")
    await expect(visitor.send_button).to_be_focused()
    await keyboard.press("Enter")
    await visitor.receipt()
    await visitor.wait_until_delivered()


async def test_the_status_changes_without_reloading_and_asking_ends(
    visitor_without_store: Visitor,
) -> None:
    visitor = visitor_without_store
    asked: list[str] = []

    async def answer(route: Route) -> None:
        if "application/json" not in route.request.headers["accept"]:
            await route.continue_()
            return
        states = ["held", "delivered"]
        asked.append(states[min(len(asked), 1)])
        await route.fulfill(json={"status": asked[-1]})

    await visitor.page.route("**/receipts/**", answer)
    await visitor.come()
    await visitor.fill_in("Sega")
    await visitor.send()
    await visitor.page.evaluate("window.sameDocument = true")
    await expect(visitor.status).to_contain_text("Received.")
    await expect(visitor.status).to_contain_text("Stored; delivery takes longer.")
    await visitor.wait_until_delivered()
    await expect(visitor.page.get_by_role("link", name="Check again")).to_be_hidden()
    assert await visitor.page.evaluate("window.sameDocument")
    assert asked == ["held", "delivered"]
