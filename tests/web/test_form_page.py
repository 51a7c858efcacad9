"""The form page in every state, read as a browser reads it."""

from collections.abc import AsyncIterator

import pytest

from service.forms.errors import FieldError
from service.submission import KEY_FIELD
from service.web.pages import Notice, ReceiptState
from tests.web.page_site import (
    EMPTY,
    FORM,
    KEY,
    NASTY,
    NO_EMAIL,
    UNKNOWN,
    WORDY_FORM,
    PageSite,
    open_page_site,
)


@pytest.fixture
async def site() -> AsyncIterator[PageSite]:
    async with open_page_site() as opened:
        yield opened


async def test_an_empty_form_posts_its_key_and_fields_to_its_own_path(site: PageSite) -> None:
    page = (await site.form()).page
    form = page.one("form")
    assert form.attributes["action"] == "/f/console-wars?send"
    assert form.attributes["method"] == "post"
    assert form.attributes["enctype"] == "application/x-www-form-urlencoded"
    assert "novalidate" in form.attributes
    named = [child.attributes["name"] for child in form.children if "name" in child.attributes]
    assert named == [KEY_FIELD, "essay_question", "email_addr", "nick"]
    assert page.one("input", type="hidden").attributes["value"] == KEY


async def test_every_control_has_a_label_and_help_tied_to_it(site: PageSite) -> None:
    page = (await site.form()).page
    labels = {label.attributes["for"]: label.text for label in page.all("label")}
    assert labels == {
        "field-essay_question": 'Sega "Genesis" <or> Nintendo?',
        "field-email_addr": "Email address",
        "field-nick": "Nickname (optional)",
    }
    nick = page.by_id("field-nick")
    assert page.by_id(nick.attributes["aria-describedby"]).text == "Shown to <nobody>."
    assert "aria-describedby" not in page.by_id("field-email_addr").attributes


async def test_a_limit_is_said_in_words_because_maxlength_would_cut_silently(
    site: PageSite,
) -> None:
    page = (await site.form()).page
    assert page.by_id("field-essay_question-help").text == "At most 2,047 characters."
    assert not [element for element in page.elements if "maxlength" in element.attributes]


async def test_controls_help_to_fill_them_in(site: PageSite) -> None:
    page = (await site.form()).page
    email = page.by_id("field-email_addr").attributes
    assert (email["type"], email["autocomplete"], email["inputmode"]) == ("email",) * 3
    assert email["aria-required"] == "true"
    assert page.by_id("field-nick").attributes["autocomplete"] == "nickname"
    assert "aria-required" not in page.by_id("field-nick").attributes


@pytest.mark.parametrize(
    "answer",
    [NASTY, "\nfirst line empty", "\n\ntwo", "two\nlines\n", "", "\ufffd\u202e\U0001f3ae"],
)
async def test_an_answer_is_shown_again_exactly(site: PageSite, answer: str) -> None:
    page = (await site.form({"essay_question": answer, "nick": answer})).page
    assert page.one("textarea").text == answer
    assert page.by_id("field-nick").attributes["value"] == answer
    assert not [script for script in page.all("script") if "src" not in script.attributes]


async def test_an_answer_that_is_no_unicode_is_shown_without_what_is_not(site: PageSite) -> None:
    page = (await site.form({"essay_question": "odd \ud800 half"}, status=422)).page
    assert page.one("textarea").text == "odd ? half"


async def test_an_answer_to_no_field_is_not_shown(site: PageSite) -> None:
    assert "hidden text" not in (await site.form({"unknown": "hidden text"})).page.html


async def test_wrong_controls_are_marked_and_tied_to_their_message(site: PageSite) -> None:
    asked = await site.form({"email_addr": "me"}, errors=[EMPTY, NO_EMAIL], status=422)
    page = asked.page
    assert asked.status == 422
    essay, email = page.by_id("field-essay_question"), page.by_id("field-email_addr")
    assert essay.attributes["aria-invalid"] == email.attributes["aria-invalid"] == "true"
    described_by = essay.attributes["aria-describedby"].split()
    assert described_by == ["field-essay_question-help", "field-essay_question-error"]
    assert page.by_id(described_by[1]).text == "Error: Please answer <this>."
    assert page.by_id(email.attributes["aria-describedby"]).text == "Error: Please give an address."
    assert "aria-invalid" not in page.by_id("field-nick").attributes
    assert email.attributes["value"] == "me"


async def test_the_error_summary_takes_the_focus_and_links_to_controls(site: PageSite) -> None:
    page = (await site.form(errors=[EMPTY, NO_EMAIL, UNKNOWN], status=422)).page
    summary = page.one("div", role="alert")
    assert summary.attributes["tabindex"] == "-1"
    assert "autofocus" in summary.attributes
    assert page.by_id(summary.attributes["aria-labelledby"]).text == "There is a problem"
    links = [child for child in summary.children if child.tag == "a"]
    targets = [page.by_id(link.attributes["href"].removeprefix("#")) for link in links]
    assert [target.tag for target in targets] == ["textarea", "input"]
    assert [link.text for link in links] == [field.label for field in FORM.fields[:2]]
    assert "<odd>: No such field." in summary.text
    assert page.one("title").text == f"Error: {FORM.title}"


async def test_a_field_with_two_errors_shows_the_first_beside_it_and_both_above(
    site: PageSite,
) -> None:
    second = FieldError(field="email_addr", code="too_long", message="Also too long.")
    page = (await site.form(errors=[NO_EMAIL, second])).page
    assert page.by_id("field-email_addr-error").text == "Error: Please give an address."
    assert "Also too long." in page.one("div", role="alert").text


async def test_an_error_of_the_submission_as_a_whole_stands_in_the_summary(site: PageSite) -> None:
    whole = FieldError(field=None, code="closed", message="All together is too much.")
    page = (await site.form(errors=[whole])).page
    assert [item.text for item in page.all("li")] == ["All together is too much."]


async def test_a_conflict_keeps_the_answers_and_offers_to_send_them_as_new(site: PageSite) -> None:
    asked = await site.form({"nick": NASTY}, notice=Notice.CONFLICT, status=409)
    assert asked.status == 409
    assert asked.page.one("button").text == "Send as a new submission"
    assert "not sent yet" in asked.page.one("div", role="alert").text
    assert asked.page.by_id("field-nick").attributes["value"] == NASTY
    assert asked.page.one("title").text.startswith("Not sent yet: ")


async def test_overload_says_not_saved_yet_and_keeps_answers_and_button(site: PageSite) -> None:
    asked = await site.form({"nick": NASTY}, notice=Notice.OVERLOADED, status=503)
    assert asked.status == 503
    assert asked.page.one("button").text == "Send"
    assert "Not saved yet" in asked.page.one("div", role="alert").text
    assert asked.page.by_id("field-nick").attributes["value"] == NASTY


async def test_a_notice_can_have_a_text_of_its_own(site: PageSite) -> None:
    page = (await site.form(notice=Notice.OVERLOADED, notice_text="Disk <full>.")).page
    assert "Disk <full>." in page.one("div", role="alert").text


async def test_the_words_of_a_form_keep_their_markup_which_was_made_safe(site: PageSite) -> None:
    page = (await site.form(form=WORDY_FORM)).page
    words = page.one("div", class_="words")
    assert [(found.tag, found.text) for found in words.children] == [
        ("p", "First line"),
        ("em", "line"),
        ("p", "Next paragraph"),
    ]
    assert page.one("button").text == 'Send "it"'
    thanks = (await site.receipt(ReceiptState.RECEIVED, form=WORDY_FORM)).page
    assert [found.tag for found in thanks.one("div", class_="words").children] == ["p", "ul", "li"]
