"""The pages of forms in other states than open, in other languages, and for many visitors."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from service.forms.availability import Availability
from service.forms.definition import Direction
from service.forms.raw import shown_again, shown_defaults
from service.submission import KEY_FIELD, short_reference
from service.web.pages import (
    ReceiptState,
    form_page,
    problem_page,
    receipt_page,
    unavailable_page,
)
from tests.web.page_site import FORM, NASTY, RECEIPT, RECEIVED_AT, PageSite, open_page_site
from tests.web.widget_form import LINES, SENT, WIDGETS

MOMENT = 1_795_364_701_042
MOMENT_TEXT = "22 November 2026, 16:25:01 UTC"


@pytest.fixture
async def site() -> AsyncIterator[PageSite]:
    async with open_page_site() as opened:
        yield opened


async def test_a_form_s_page_names_the_description_of_its_answers(site: PageSite) -> None:
    link = (await site.form()).page.one("link", rel="describedby")
    assert link.attributes["href"] == "/f/console-wars/schema.json"
    assert link.attributes["type"] == "application/schema+json"


async def test_what_reads_from_left_to_right_is_typed_so_in_every_language(site: PageSite) -> None:
    mirrored = replace(WIDGETS, language="ar-XB", direction=Direction.RIGHT_TO_LEFT)
    for form, direction in ((WIDGETS, None), (mirrored, "ltr")):
        page = (await site.form(form=form)).page
        for name in LINES:
            expected = None if name == "text" else direction
            assert page.by_id(f"field-{name}").attributes.get("dir") == expected


@pytest.mark.parametrize(
    ("stands", "heading", "says"),
    [
        (Availability.NOT_YET_OPEN, "This form is not open yet", MOMENT_TEXT),
        (Availability.CLOSED, "This form is closed", MOMENT_TEXT),
        (Availability.FULL, "This form is full", "limited number"),
    ],
)
async def test_a_form_that_takes_no_answers_says_why_and_asks_nothing(
    site: PageSite, stands: Availability, heading: str, says: str
) -> None:
    form = replace(FORM, opens_at=MOMENT, closes_at=MOMENT)
    page = (await site.ask(lambda request: unavailable_page(request, form, stands))).page
    assert page.one("h1").text == heading
    assert page.one("title").text == f"{heading}: {FORM.title}"
    assert says in page.one("main").text
    assert not page.all("form")


async def test_answers_that_came_too_late_are_shown_to_be_copied(site: PageSite) -> None:
    answers = shown_again(WIDGETS, {**SENT, "text": NASTY, "select": ""})
    form = replace(WIDGETS, closes_at=MOMENT)
    asked = await site.ask(
        lambda request: unavailable_page(
            request, form, Availability.CLOSED, answers=answers, status=403
        )
    )
    typed = asked.page.one("dl", class_="typed").children
    pairs = dict(
        zip(
            (one.text for one in typed if one.tag == "dt"),
            (one.text for one in typed if one.tag == "dd"),
            strict=True,
        )
    )
    assert asked.status == 403
    assert pairs["A text"] == NASTY
    assert pairs["A long text"] == SENT["textarea"]
    assert pairs["A box"] == "Yes"
    assert pairs["Some"] == 'a, <c> & "d"'
    assert pairs["One"] == "X & Y"
    assert "One in a list" not in pairs
    assert "not stored" in asked.page.one("div", role="alert").text


async def test_an_open_form_says_until_when(site: PageSite) -> None:
    page = (await site.form(form=replace(FORM, closes_at=MOMENT))).page
    assert page.one("p", class_="until").text == f"Open until {MOMENT_TEXT}."
    assert not (await site.form()).page.all("p", class_="until")


async def test_a_page_for_many_has_no_key_and_names_the_field_for_one(site: PageSite) -> None:
    page = (
        await site.ask(
            lambda request: form_page(request, FORM, key=None, answers=shown_defaults(FORM))
        )
    ).page
    assert not page.all("input", type="hidden")
    assert page.one("form").attributes["data-key-field"] == KEY_FIELD


async def test_long_texts_are_counted_where_scripts_run(site: PageSite) -> None:
    page = (await site.form()).page
    counts = {
        one.attributes["data-count-for"]: one for one in page.all("p", class_="form-text count")
    }
    limits = {name: one.attributes["data-limit"] for name, one in counts.items()}
    assert limits == {"field-essay_question": "2047", "field-nick": "100"}
    assert all("hidden" in one.attributes for one in counts.values())
    assert all("{n}" in one.attributes["data-left"] for one in counts.values())
    assert all("{n}" in one.attributes["data-over"] for one in counts.values())


async def test_a_receipt_has_a_reference_to_read_out(site: PageSite) -> None:
    page = (await site.receipt(ReceiptState.RECEIVED)).page
    assert page.by_id("receipt-reference").text == short_reference(RECEIPT)


@pytest.mark.parametrize(("path", "told"), [("/page", False), ("/page?at=1&again=1", True)])
async def test_a_repeat_is_told_that_nothing_was_stored_twice(
    site: PageSite, path: str, told: bool
) -> None:
    page = (await site.receipt(ReceiptState.DELIVERED, path=path)).page
    assert ("stored once, not twice" in page.one("main").text) is told


async def test_a_receipt_without_its_form_names_none_and_leads_nowhere(site: PageSite) -> None:
    page = (
        await site.ask(
            lambda request: receipt_page(
                request,
                None,
                receipt=RECEIPT,
                state=ReceiptState.DELIVERED,
                received_at=RECEIVED_AT,
            )
        )
    ).page
    assert page.one("h1").text == page.one("title").text == "Thank you"
    assert not page.all("a")


async def test_a_form_offers_its_languages_and_keeps_the_one_it_is_in(site: PageSite) -> None:
    spanish = replace(FORM, language="es", title="Las consolas")
    site.forms.replace({FORM.id: replace(FORM, translations={"es": spanish})})
    page = (await site.form(form=spanish)).page
    assert page.one("html").attributes["lang"] == "es"
    links = page.one("ul", class_="languages").children
    links = [one for one in links if one.tag == "a"]
    assert [(one.attributes["href"], one.text) for one in links] == [
        ("/page?lang=en", "English"),
        ("/page?lang=es", "Español"),
    ]
    assert [one.attributes["hreflang"] for one in links] == ["en", "es"]
    assert [one.attributes["lang"] for one in links] == ["en", "es"]
    assert ["aria-current" in one.attributes for one in links] == [False, True]
    assert page.one("form").attributes["action"] == "/f/console-wars?send&lang=es"
    assert page.one("button").text == "Enviar"


async def test_a_language_from_right_to_left_has_its_own_style_sheet(site: PageSite) -> None:
    mirrored = replace(FORM, language="ar-XB", direction=Direction.RIGHT_TO_LEFT)
    for form, direction, sheet in (
        (FORM, "ltr", "/static/bootstrap.min."),
        (mirrored, "rtl", "/static/bootstrap.rtl.min."),
    ):
        page = (await site.form(form=form)).page
        assert page.one("html").attributes["dir"] == direction
        first = page.all("link", rel="stylesheet")[0].attributes["href"]
        assert first.startswith(sheet)


async def test_whoever_sent_something_is_told_to_go_back_for_it(site: PageSite) -> None:
    asked = await site.ask(
        lambda request: problem_page(
            request, None, status=413, title="Too much", text="Less, please."
        ),
        method="POST",
    )
    assert "your browser usually still has them" in asked.page.one("main").text
    assert not asked.page.all("a")
