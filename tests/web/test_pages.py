"""Receipts, problems and the list; and what holds for every page."""

import gzip
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from service.forms.definition import Direction
from service.web.pages import Notice, ReceiptState, forms_page, problem_page
from tests.web.page_site import (
    EMPTY,
    FORM,
    NASTY,
    NO_EMAIL,
    RECEIPT,
    WORDY_FORM,
    PageSite,
    open_page_site,
)
from tests.web.widget_form import SENT, WIDGETS, WRONG


@pytest.fixture
async def site() -> AsyncIterator[PageSite]:
    async with open_page_site() as opened:
        yield opened


async def test_a_page_is_in_a_language_with_a_title_and_one_heading(site: PageSite) -> None:
    page = (await site.form()).page
    assert page.html.startswith("<!doctype html>")
    assert page.one("html").attributes["lang"] == "en"
    assert page.one("title").text == FORM.title == page.one("h1").text


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (ReceiptState.RECEIVED, "Received."),
        (ReceiptState.DELIVERED, "Delivered."),
        (ReceiptState.HELD, "Stored; delivery takes longer."),
    ],
)
async def test_a_receipt_says_where_the_answers_are(
    site: PageSite, state: ReceiptState, says: str
) -> None:
    page = (await site.receipt(state)).page
    status = page.by_id("receipt-status")
    assert status.attributes["role"] == "status"
    assert status.attributes["data-state"] == state
    assert status.text.strip().startswith(says)
    prepared = {template.attributes["data-status"] for template in page.all("template")}
    assert prepared == set(ReceiptState) - {state}


async def test_a_receipt_reads_as_itself_however_it_is_grouped(site: PageSite) -> None:
    page = (await site.receipt(ReceiptState.RECEIVED)).page
    assert page.by_id("receipt-id").text == str(RECEIPT)
    assert len([child for child in page.by_id("receipt-id").children if child.tag == "span"]) == 8


async def test_a_receipt_says_when_it_was_received(site: PageSite) -> None:
    time = (await site.receipt(ReceiptState.RECEIVED)).page.one("time")
    assert time.attributes["datetime"] == "2026-11-22T16:25:01.042Z"
    assert time.text == "22 November 2026, 16:25:01 UTC"


async def test_a_receipt_of_an_unknown_time_says_none(site: PageSite) -> None:
    assert not (await site.receipt(ReceiptState.RECEIVED, received_at=None)).page.all("time")


async def test_an_undelivered_receipt_links_to_itself_to_check_again(site: PageSite) -> None:
    path = "/f/console-wars/receipts/x?at=1&sig=a%22b"
    page = (await site.receipt(ReceiptState.HELD, path=path)).page
    assert [link.attributes["href"] for link in page.by_id("receipt-check").children] == [path]
    assert not (await site.receipt(ReceiptState.DELIVERED)).page.all("p", id="receipt-check")


async def test_a_problem_is_told_with_its_status_and_kept_nowhere(site: PageSite) -> None:
    asked = await site.ask(
        lambda request: problem_page(request, None, status=404, title="<Nothing>", text=NASTY)
    )
    assert asked.status == 404
    assert asked.page.one("h1").text == asked.page.one("title").text == "<Nothing>"
    assert asked.page.one("p", class_="text").text == NASTY
    assert asked.headers["Cache-Control"] == "no-store"


async def test_several_forms_are_listed_by_title(site: PageSite) -> None:
    page = (await site.ask(lambda request: forms_page(request, [FORM, WORDY_FORM]))).page
    links = {link.attributes["href"]: link.text for link in page.all("a")}
    assert links == {"/f/console-wars": FORM.title, "/f/wordy": "Wordy"}


async def test_no_form_at_all_is_said(site: PageSite) -> None:
    page = (await site.ask(lambda request: forms_page(request, []))).page
    assert "no form here yet" in page.one("main").text


async def test_a_page_with_a_key_is_private_and_has_no_validator(site: PageSite) -> None:
    headers = (await site.form()).headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert not {"ETag", "Last-Modified"} & set(headers)


async def test_a_receipt_is_in_no_cache_and_differs_by_accept(site: PageSite) -> None:
    headers = (await site.receipt(ReceiptState.RECEIVED)).headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Vary"] == "Accept"


async def test_nothing_is_inline_and_everything_comes_from_here(site: PageSite) -> None:
    pages = [
        (await site.form(errors=[EMPTY], notice=Notice.CONFLICT)).page,
        (await site.receipt(ReceiptState.RECEIVED)).page,
        (await site.ask(lambda request: forms_page(request, [FORM]))).page,
    ]
    for page in pages:
        assert not page.all("style")
        assert not [name for tag in page.elements for name in tag.attributes if name[:2] == "on"]
        assert not [tag for tag in page.elements if "style" in tag.attributes]
        assert all(script.attributes["src"][:8] == "/static/" for script in page.all("script"))
        sheets = page.all("link", rel="stylesheet")
        assert len(sheets) == 2
        assert all(sheet.attributes["href"][:8] == "/static/" for sheet in sheets)


@pytest.mark.parametrize("language", ["en", "ar-XB"])
async def test_a_long_form_and_all_it_needs_are_light(site: PageSite, language: str) -> None:
    direction = Direction.LEFT_TO_RIGHT if language == "en" else Direction.RIGHT_TO_LEFT
    form = replace(WIDGETS, language=language, direction=direction)
    page = (await site.form(SENT, form=form, errors=WRONG)).page
    names = [tag.attributes["href"] for tag in page.all("link", rel="stylesheet")]
    names += [tag.attributes["src"] for tag in page.all("script")]
    sent = len(gzip.compress(page.html.encode()))
    for name in names:
        async with site.session.get(name, headers={"Accept-Encoding": "gzip"}) as response:
            assert response.status == 200
            sent += int(response.headers["Content-Length"])
    assert len(names) == 3
    assert sent < 40 * 1024 / 2  # half of what is promised: a theme and a longer form have room


async def test_ids_are_unique(site: PageSite) -> None:
    page = (await site.form(errors=[EMPTY, NO_EMAIL])).page
    ids = [tag.attributes["id"] for tag in page.elements if "id" in tag.attributes]
    assert len(ids) == len(set(ids))
