"""In which language pages and errors are, and what the answer says about it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from service.forms.definition import Form
from service.forms.parse import parse_form
from tests.web.parsed import Page
from tests.web.public_site import PublicSite, open_public_site

BOTH = """
languages: [en, es]
title: {en: A quiz, es: Un test}
index: quiz-answers
fields:
  - name: nick
    type: text
    label: {en: Name, es: Nombre}
    required: true
    max_length: 3
    pattern: '[a-z]+'
    pattern_message: {en: Letters only., es: Solo letras.}
"""


def read(text: str) -> Form:
    form, problems = parse_form(text, file="quiz.yaml", default_id="quiz")
    assert form is not None, problems
    return form


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[PublicSite]:
    form = await asyncio.to_thread(read, BOTH)
    async with open_public_site(tmp_path) as opened:
        opened.forms.replace({"quiz": form})
        yield opened


async def get(site: PublicSite, path: str, **headers: str) -> tuple[Page, Mapping[str, str]]:
    async with site.client.get(site.url + path, headers=headers) as response:
        return Page(await response.text()), response.headers


@pytest.mark.parametrize(
    ("path", "accepted", "tag", "title"),
    [
        ("/f/quiz", "es-MX, en;q=0.5", "es", "Un test"),
        ("/f/quiz", "en", "en", "A quiz"),
        ("/f/quiz", "fr", "en", "A quiz"),
        ("/f/quiz?lang=es", "en", "es", "Un test"),
        ("/f/quiz?lang=fr", "es", "es", "Un test"),
    ],
)
async def test_a_form_is_in_the_language_named_or_else_the_best_for_the_browser(
    site: PublicSite, path: str, accepted: str, tag: str, title: str
) -> None:
    page, headers = await get(site, path, **{"Accept-Language": accepted})
    assert page.one("h1").text == title
    assert page.one("html").attributes["lang"] == headers["Content-Language"] == tag


async def test_an_answer_that_the_header_chose_says_so(site: PublicSite) -> None:
    _, headers = await get(site, "/f/quiz")
    assert "Accept-Language" in headers["Vary"]


async def test_an_answer_that_the_address_chose_varies_with_nothing(site: PublicSite) -> None:
    _, headers = await get(site, "/f/quiz?lang=es")
    assert "Accept-Language" not in headers.get("Vary", "")


async def test_a_form_in_one_language_is_the_same_for_everybody(tmp_path: Path) -> None:
    async with open_public_site(tmp_path) as site:
        page, headers = await get(site, "/f/quiz", **{"Accept-Language": "es"})
        assert headers["Content-Language"] == "en"
        assert "Accept-Language" not in headers.get("Vary", "")
        assert "Send" in page.one("button").text


@pytest.mark.parametrize(
    ("nick", "message"),
    [
        ("", "Responda a esta pregunta."),
        ("abcd", "Escriba 3 caracteres como máximo."),
        ("AB", "Solo letras."),
    ],
)
async def test_errors_are_in_the_form_s_language_on_the_page_and_in_json(
    site: PublicSite, nick: str, message: str
) -> None:
    url = f"{site.url}/f/quiz"
    spanish = {"Accept-Language": "es"}
    async with site.client.post(url, data={"nick": nick}, headers=spanish) as response:
        assert message in Page(await response.text()).by_id("field-nick-error").text
        assert response.status == 422
    async with site.client.post(url, json={"nick": nick}, headers=spanish) as response:
        problem = await response.json()
        assert problem["errors"][0]["message"] == message
        assert problem["title"] == "Hay un problema"
        assert response.headers["Content-Language"] == "es"
        assert "Accept-Language" in response.headers["Vary"]


async def test_codes_are_the_same_in_every_language(site: PublicSite) -> None:
    url = f"{site.url}/f/quiz?lang=es"
    async with site.client.post(url, json={"nick": "", "odd": 1}) as response:
        problem = await response.json()
    assert problem["code"] == "invalid"
    assert {error["code"] for error in problem["errors"]} == {"required", "unknown_field"}


async def test_an_unknown_path_is_told_in_the_browser_s_language(site: PublicSite) -> None:
    page, headers = await get(site, "/f/none", **{"Accept-Language": "es"})
    assert page.one("h1").text == "Aquí no hay nada"
    assert page.one("html").attributes["lang"] == headers["Content-Language"] == "es"
    assert "Accept-Language" in headers["Vary"]


@pytest.mark.parametrize(("accepted", "tag"), [("es", "es"), ("fr, ar-XB", "en")])
async def test_a_refusal_at_a_form_s_address_is_in_a_language_of_the_form(
    site: PublicSite, accepted: str, tag: str
) -> None:
    headers = {"Accept-Language": accepted, "Content-Type": "text/plain"}
    async with site.client.post(f"{site.url}/f/quiz", data=b"Sega", headers=headers) as response:
        page = Page(await response.text())
        assert response.status == 415
        assert page.one("html").attributes["lang"] == response.headers["Content-Language"] == tag


async def test_a_refusal_by_a_form_in_one_language_is_in_that_language(site: PublicSite) -> None:
    spanish = "title: Un test\nlanguage: es\nfields: [{name: a, type: text, label: A}]\n"
    site.forms.replace({"quiz": await asyncio.to_thread(read, spanish)})
    async with site.client.post(f"{site.url}/f/quiz", json=["no", "object"]) as response:
        problem = await response.json(content_type="application/problem+json")
        assert problem["title"] == "No se puede leer esta petición"
        assert response.headers["Content-Language"] == "es"
        assert "Accept-Language" not in response.headers.get("Vary", "")
    async with site.client.get(f"{site.url}/f/quiz/receipts/none") as response:
        assert Page(await response.text()).one("h1").text == "Aquí no hay nada"


@pytest.mark.parametrize(
    ("path", "accepted", "links"),
    [
        ("/", "es", {"/f/quiz": "Un test", "/f/other": "Only English"}),
        ("/?lang=es", "en", {"/f/quiz?lang=es": "Un test", "/f/other": "Only English"}),
    ],
)
async def test_forms_are_listed_by_their_titles_in_the_visitor_s_language(
    site: PublicSite, path: str, accepted: str, links: Mapping[str, str]
) -> None:
    english = "title: Only English\nid: other\nfields: [{name: a, type: text, label: A}]\n"
    other = await asyncio.to_thread(read, english)
    site.forms.replace({"quiz": site.forms["quiz"], "other": other})
    page, _ = await get(site, path, **{"Accept-Language": accepted})
    listed = [link for link in page.all("a") if link.attributes["href"].startswith("/f/")]
    assert {link.attributes["href"]: link.text for link in listed} == links
    assert [link.attributes.get("lang") for link in listed] == [None, "en"]


async def test_a_program_is_refused_in_its_language(site: PublicSite) -> None:
    headers = {"Accept": "application/json", "Accept-Language": "es"}
    async with site.client.get(f"{site.url}/f/none", headers=headers) as response:
        problem = await response.json(content_type="application/problem+json")
        assert problem["title"] == "Aquí no hay nada"
        assert response.headers["Content-Language"] == "es"


async def test_an_odd_header_gets_the_form_s_own_language(site: PublicSite) -> None:
    odd = "-;q=x,," + "a-" * 1_000 + ";q=9e999"
    page, _ = await get(site, "/f/quiz", **{"Accept-Language": odd})
    assert page.one("h1").text == "A quiz"
