"""A page with answers in it, in another language: everything is kept, and nothing is stored."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from service.forms.definition import Form
from service.forms.parse import parse_form
from service.web.traps import honeypot_name
from tests.web.parsed import Page
from tests.web.public_site import PublicSite, open_public_site

KEY = "0123456789ab" * 3
FORM = """
languages: [en, es]
title: {en: A quiz, es: Un test}
index: quiz-answers
spam_traps: true
fields:
  - {name: nick, type: text, label: {en: Name, es: Nombre}, required: true, max_length: 9}
  - {name: age, type: integer, label: {en: Age, es: Edad}}
"""
GOOD = {"nick": "Ada", "age": "36", "submission_key": KEY}
WRONG = {**GOOD, "age": "old"}


def read(text: str) -> Form:
    form, problems = parse_form(text, file="quiz.yaml", default_id="quiz")
    assert form is not None, problems
    return form


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[PublicSite]:
    form = await asyncio.to_thread(read, FORM)
    async with open_public_site(tmp_path) as opened:
        opened.forms.replace({"quiz": form})
        yield opened


async def post(
    site: PublicSite, address: str, answers: Mapping[str, str]
) -> tuple[int, Page, Mapping[str, str]]:
    """Send answers to an address of the site, as a browser does."""
    async with site.client.post(site.url + address, data=answers) as response:
        return response.status, Page(await response.text()), response.headers


def switch(page: Page, tag: str) -> str:
    """Where the button for this language leads the answers."""
    (button,) = [button for button in page.all("button", lang=tag) if button.text]
    assert button.attributes["form"] == page.one("form").attributes["id"]
    return button.attributes["formaction"]


async def test_errors_are_shown_in_another_language_with_all_that_was_typed(
    site: PublicSite,
) -> None:
    _, page, _ = await post(site, "/f/quiz?send&lang=en", WRONG)
    status, page, headers = await post(site, switch(page, "es"), WRONG)
    assert status == 422
    assert page.one("html").attributes["lang"] == headers["Content-Language"] == "es"
    assert page.one("h1").text == "Un test"
    assert "Escriba un número entero" in page.by_id("field-age-error").text
    assert page.by_id("field-nick").attributes["value"] == "Ada"
    assert page.by_id("field-age").attributes["value"] == "old"
    assert page.one("input", name="submission_key").attributes["value"] == KEY
    assert page.one("form").attributes["action"] == "/f/quiz?send&lang=es"
    assert await site.rows() == []


async def test_answers_that_are_good_by_now_are_shown_not_stored(site: PublicSite) -> None:
    _, page, _ = await post(site, "/f/quiz?send&lang=en", WRONG)
    status, page, headers = await post(site, switch(page, "es"), GOOD)
    assert status == 200
    assert "Aún no se ha guardado" in page.by_id("notice").text
    assert page.by_id("field-age").attributes["value"] == "36"
    assert headers["Cache-Control"] == "private, no-store"
    assert await site.rows() == []


async def test_they_are_stored_once_when_they_are_sent_from_there(site: PublicSite) -> None:
    form = site.forms["quiz"]
    answers = {**GOOD, honeypot_name(form): ""}
    _, page, _ = await post(site, "/f/quiz?show&lang=es", answers)
    action = page.one("form").attributes["action"]
    for _ in range(2):
        status, page, _ = await post(site, action, answers)
        assert (status, page.one("html").attributes["lang"]) == (200, "es")
        assert page.one("h1").text == "Gracias"
    assert len(await site.rows()) == 1


async def test_a_page_to_be_filled_in_has_links_that_anybody_may_follow(site: PublicSite) -> None:
    async with site.client.get(f"{site.url}/f/quiz?lang=en") as response:
        page = Page(await response.text())
    assert [link.attributes["href"] for link in page.all("a", hreflang="es")] == ["/f/quiz?lang=es"]
    assert len(page.all("button")) == 1


async def test_a_program_s_answers_are_stored_whatever_its_address_says(site: PublicSite) -> None:
    url = f"{site.url}/f/quiz?show&lang=es"
    async with site.client.post(url, json={"nick": "Ada"}) as response:
        assert response.status == 201
    accepts = {"Accept": "application/json"}
    async with site.client.post(url, data={"nick": "Bo"}, headers=accepts) as response:
        assert response.status == 201
    assert len(await site.rows()) == 2


async def test_a_form_in_one_language_offers_none(site: PublicSite) -> None:
    one = FORM.replace("languages: [en, es]", "language: en")
    one = one.replace("{en: A quiz, es: Un test}", "A quiz")
    one = one.replace("{en: Name, es: Nombre}", "Name").replace("{en: Age, es: Edad}", "Age")
    site.forms.replace({"quiz": await asyncio.to_thread(read, one)})
    status, page, _ = await post(site, "/f/quiz?send", WRONG)
    assert status == 422
    assert len(page.all("button")) == 1
