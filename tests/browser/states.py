"""How a visitor comes to each state of each page, with nothing but the service and a browser.

Each function leaves the page in its state, and has seen that it is that one. Nothing here depends
on the page's language.
"""

from collections.abc import Awaitable, Callable, Mapping

from playwright.async_api import Locator, Page, Response, expect

from tests.browser import form_files
from tests.browser.stage import Stage

Reach = Callable[[Page, Stage], Awaitable[None]]

STATUS_WITHIN_MS = 15_000
_MORE_THAN_A_BODY = 300_000


async def open_form(page: Page, url: str, form: str = form_files.EVERY_TYPE) -> None:
    """The form's page, as it is sent."""
    response = await page.goto(f"{url}/f/{form}")
    assert response is not None
    assert response.status == 200


async def fill_in(page: Page, typed: Mapping[str, str] = form_files.TYPED) -> None:
    """Type these, and choose something of everything that is offered."""
    for name, answer in typed.items():
        await page.locator(f"#field-{name}").fill(answer)
    if typed is form_files.TYPED:
        for name in ("radio", "checkboxes", "rating", "checkbox"):
            await page.locator(f"#field-{name}").check()
        await page.locator("#field-select").select_option("Spain")


def send_button(page: Page) -> Locator:
    """What sends the form."""
    return page.locator("form[method=post] button[type=submit]")


async def send(page: Page, *, status: int) -> Response:
    """Press it; the answer to the POST, which has this status."""
    async with page.expect_response(lambda one: one.request.method == "POST") as answered:
        await send_button(page).click()
    response = await answered.value
    assert response.status == status
    await page.wait_for_load_state()
    return response


async def empty(page: Page, stage: Stage) -> None:
    await open_form(page, stage.url)


async def with_errors(page: Page, stage: Stage) -> None:
    await open_form(page, stage.url)
    await fill_in(page, form_files.WRONG)
    await send(page, status=422)
    wrong = page.locator(".question-wrong")
    await expect(wrong).to_have_count(len(form_files.SENT))
    await expect(page.locator("#error-summary li")).to_have_count(len(form_files.SENT))


async def _sent(page: Page, url: str, form: str, state: str) -> None:
    """The receipt of a form that was just sent, in this state and without a script's help."""
    await open_form(page, url, form)
    await fill_in(page)
    await send(page, status=303)
    status = page.locator("#receipt-status")
    await expect(status).to_have_attribute("data-state", state, timeout=STATUS_WITHIN_MS)
    await page.reload()
    await expect(status).to_have_attribute("data-state", state)


async def received(page: Page, stage: Stage) -> None:
    await _sent(page, stage.cut_off_url, form_files.EVERY_TYPE, "received")


async def delivered(page: Page, stage: Stage) -> None:
    await _sent(page, stage.url, form_files.EVERY_TYPE, "delivered")


async def held(page: Page, stage: Stage) -> None:
    await _sent(page, stage.url, form_files.HELD, "held")


async def repeated(page: Page, stage: Stage) -> None:
    await _sent(page, stage.url, form_files.EVERY_TYPE, "delivered")
    await page.go_back()
    await send(page, status=303)
    await expect(page.locator("#receipt-status")).to_be_visible()


async def conflict(page: Page, stage: Stage) -> None:
    await open_form(page, stage.url)
    await fill_in(page)
    await send(page, status=303)
    await expect(page.locator("#receipt-status")).to_be_visible()
    await page.go_back()
    await page.locator("#field-textarea").fill("Something else.")
    await send(page, status=409)


async def overloaded(page: Page, stage: Stage) -> None:
    await open_form(page, stage.full_disk_url)
    await fill_in(page)
    await send(page, status=503)


async def too_large(page: Page, stage: Stage) -> None:
    await open_form(page, stage.url)
    await fill_in(page)
    await page.locator("#field-textarea").fill("x" * _MORE_THAN_A_BODY)
    await send(page, status=413)


async def closed(page: Page, stage: Stage) -> None:
    await open_form(page, stage.url, form_files.CLOSED)
    await expect(send_button(page)).to_have_count(0)


async def not_yet_open(page: Page, stage: Stage) -> None:
    await open_form(page, stage.url, form_files.NOT_YET_OPEN)
    await expect(send_button(page)).to_have_count(0)


async def full(page: Page, stage: Stage) -> None:
    await open_form(page, stage.url, form_files.FULL)
    await expect(send_button(page)).to_have_count(0)


async def _too_late(page: Page, stage: Stage, form: str) -> None:
    """Answers that were typed while the form took some, and sent when it did no longer.

    All forms here ask the same, so the page of another one stands for the time before.
    """
    await open_form(page, stage.url)
    await fill_in(page)
    await page.evaluate("path => { document.forms[0].action = path }", f"/f/{form}?send")
    await send(page, status=403)
    await expect(page.get_by_text("Of course.")).to_be_visible()


async def closed_meanwhile(page: Page, stage: Stage) -> None:
    await _too_late(page, stage, form_files.CLOSED)


async def full_meanwhile(page: Page, stage: Stage) -> None:
    await _too_late(page, stage, form_files.FULL)


async def not_found(page: Page, stage: Stage) -> None:
    response = await page.goto(f"{stage.url}/f/nothing")
    assert response is not None
    assert response.status == 404


async def receipt_without_form(page: Page, stage: Stage) -> None:
    response = await page.goto(stage.orphan_url)
    assert response is not None
    assert response.status == 200


async def list_of_forms(page: Page, stage: Stage) -> None:
    await page.goto(stage.url)
    await expect(page.locator("main li a").first).to_be_visible()


STATES: Mapping[str, Reach] = {
    reach.__name__: reach
    for reach in (
        empty,
        with_errors,
        received,
        delivered,
        held,
        repeated,
        conflict,
        overloaded,
        too_large,
        closed,
        not_yet_open,
        full,
        closed_meanwhile,
        full_meanwhile,
        not_found,
        receipt_without_form,
        list_of_forms,
    )
}
"""Every state, by name."""
