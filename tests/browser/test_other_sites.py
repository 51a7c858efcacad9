"""What a browser lets pages of other sites do with a form, and what the form lets them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page

from tests.browser.looks import LOOKS, looking
from tests.system.form_folder import FORM, write_form
from tests.system.service_process import running_service
from tests.web.listening import listening

pytestmark = pytest.mark.slow

_SEND = """async (address) => {
  try {
    const answers = { essay_question: "Sega", email_addr: "ada@example.org" };
    const sent = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": "from-elsewhere" },
      body: JSON.stringify(answers),
    });
    const told = await sent.json();
    const later = await fetch(told.status_url, { headers: { Accept: "application/json" } });
    return [sent.status, (await later.json()).receipt === told.receipt];
  } catch (error) {
    return error.name;
  }
}"""
_POST_FORM = """(address) => {
  document.body.innerHTML = `<form method="post" action="${address}">
    <input name="essay_question" value="Sega"><input name="email_addr" value="ada@example.org">
  </form>`;
  document.forms[0].submit();
}"""

_FRAME = """(address) => new Promise((loaded) => {
  const frame = document.createElement("iframe");
  frame.onload = loaded;
  frame.src = address;
  document.body.append(frame);
}).then(() => null)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """The form's address, a page of the origin that the form names, and one of another."""

    form: str
    partner: str
    stranger: str


@pytest_asyncio.fixture(loop_scope="session")
async def sites(tmp_path: Path) -> AsyncIterator[Sites]:
    async def show(_request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>x</title>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", show)
    async with listening(app) as partner:
        folder = write_form(tmp_path / "forms", "other-sites")
        file = Path(folder) / f"{FORM}.yaml"
        file.write_text(f"{file.read_text()}allowed_origins: [{partner}]\nframed_by: [{partner}]\n")
        settings = {"FORMS_DIR": folder, "STORE_URL": "null:"}
        with running_service(tmp_path / "service", settings) as service:
            stranger = partner.replace("127.0.0.1", "localhost")
            yield Sites(form=f"{service.url}/f/{FORM}", partner=partner, stranger=stranger)


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with looking(browser, LOOKS["english, wide, light"]) as page:
        yield page


async def test_a_script_of_a_page_that_the_form_names_sends_and_reads(
    page: Page, sites: Sites
) -> None:
    """CSRF-1: with a preflight, and on to what became of it; no other page can."""
    await page.goto(sites.partner)
    assert await page.evaluate(_SEND, sites.form) == [201, True]
    await page.goto(sites.stranger)
    assert await page.evaluate(_SEND, sites.form) == "TypeError"


async def test_a_form_of_another_page_is_refused_unless_the_form_names_it(
    page: Page, sites: Sites
) -> None:
    """CSRF-1: as browsers send it, without any script."""
    for address, status in ((sites.stranger, 403), (sites.partner, 303)):
        await page.goto(address)
        async with page.expect_response(lambda one: one.request.method == "POST") as answered:
            await page.evaluate(_POST_FORM, sites.form)
        assert (await answered.value).status == status
        await page.wait_for_url(f"{sites.form}**")


async def test_only_a_page_that_the_form_names_may_frame_it(page: Page, sites: Sites) -> None:
    """HDR-3: to any other the browser shows nothing of it."""
    for address, forms in ((sites.partner, 1), (sites.stranger, 0)):
        await page.goto(address)
        async with page.expect_event("framenavigated"):
            await page.evaluate(_FRAME, sites.form)
        assert await page.frames[1].locator("form").count() == forms
