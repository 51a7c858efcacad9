"""One submission stays one, however often a visitor or a browser sends it."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow


async def test_a_double_click_gives_one_document(visitor: Visitor, word: str) -> None:
    await visitor.come()
    await visitor.fill_in(word)
    await visitor.send_button.dblclick()
    await visitor.receipt()
    await visitor.wait_until_delivered()
    assert len(await visitor.stored(word)) == 1


async def test_a_double_click_without_scripts_gives_one_document(
    scriptless: Visitor, visitor: Visitor, word: str
) -> None:
    await scriptless.come()
    await scriptless.fill_in(word)
    await scriptless.send_button.dblclick()
    await scriptless.receipt()
    await visitor.page.goto(scriptless.page.url)
    await visitor.wait_until_delivered()
    assert len(await visitor.stored(word)) == 1


async def test_reloading_after_sending_gives_one_document(visitor: Visitor, word: str) -> None:
    await visitor.come()
    await visitor.fill_in(word)
    receipt = await visitor.send()
    await visitor.page.reload()
    assert await visitor.receipt() == receipt
    await visitor.wait_until_delivered()
    assert len(await visitor.stored(word)) == 1


async def test_going_back_and_sending_again_gives_one_document(visitor: Visitor, word: str) -> None:
    await visitor.come()
    await visitor.fill_in(word)
    receipt = await visitor.send()
    await visitor.page.go_back()
    await expect(visitor.essay).to_have_value(word)
    assert await visitor.send() == receipt
    await visitor.wait_until_delivered()
    assert len(await visitor.stored(word)) == 1


async def test_going_back_to_change_the_answer_leads_to_a_second_document_only_when_meant(
    visitor: Visitor, word: str
) -> None:
    await visitor.come()
    await visitor.fill_in(f"{word} first")
    first = await visitor.send()
    await visitor.page.go_back()
    await visitor.essay.fill(f"{word} second")
    await visitor.send_button.click()
    await expect(visitor.alert).to_be_focused()
    await expect(visitor.alert).to_contain_text("not sent yet")
    await expect(visitor.essay).to_have_value(f"{word} second")
    await expect(visitor.email).to_have_value("ada@example.org")
    assert len(await visitor.stored("first")) == 1

    await visitor.page.get_by_role("button", name="Send as a new submission").click()
    second = await visitor.receipt()
    await visitor.wait_until_delivered()
    documents = {document["receipt"] for document in await visitor.stored(word)}
    assert documents == {str(first), str(second)}
    assert first != second


async def test_a_corrected_answer_after_an_error_is_one_document(
    visitor: Visitor, word: str
) -> None:
    await visitor.come()
    await visitor.fill_in(word, "no address")
    await visitor.send_button.click()
    await visitor.email.fill("ada@example.org")
    await visitor.send()
    await visitor.wait_until_delivered()
    assert len(await visitor.stored(word)) == 1
