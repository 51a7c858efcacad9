"""What the page says and does to help with an answer: keyboards, examples, limits, groups."""

from collections.abc import AsyncIterator

import pytest

from tests.web.page_site import open_page_site
from tests.web.parsed import Page
from tests.web.widget_form import LINES, WIDGETS


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with open_page_site() as site:
        yield (await site.form(form=WIDGETS)).page


def test_no_control_drops_what_it_cannot_parse(page: Page) -> None:
    types = {name: page.by_id(f"field-{name}").attributes["type"] for name in LINES}
    kept = dict.fromkeys(("text", "integer", "decimal", "date", "time"), "text")
    assert types == kept | {name: name for name in ("email", "tel", "url")}


def test_a_telephone_shows_the_keyboard_on_which_every_answer_can_be_typed(page: Page) -> None:
    modes = {name: page.by_id(f"field-{name}").attributes.get("inputmode") for name in LINES}
    # A decimal may need a point that a country's decimal keys do not have; a date needs hyphens.
    without = dict.fromkeys(("text", "decimal", "date", "time"))
    assert modes == {**without, "integer": "numeric", "email": "email", "tel": "tel", "url": "url"}


def test_a_browser_may_fill_in_what_it_knows(page: Page) -> None:
    known = {name: page.by_id(f"field-{name}").attributes.get("autocomplete") for name in LINES}
    assert {name: token for name, token in known.items() if token} == {
        "email": "email",
        "tel": "tel-national",
        "url": "url",
    }


@pytest.mark.parametrize(
    ("name", "help_text"),
    [
        ("textarea", "Write. At most 1,234 characters."),
        ("integer", "From 0 to 9."),
        ("decimal", "Any. -1.5 or more. In steps of 0.5."),
        ("date", "Year, month and day, like 1991-06-23. 2026-12-31 or earlier."),
        ("time", "Hours and minutes, like 09:30 or 18:30. 09:00 or later."),
        ("checkbox", "Tick it."),
    ],
)
def test_form_and_limits_are_said_before_anything_is_typed(
    page: Page, name: str, help_text: str
) -> None:
    described_by = page.by_id(f"field-{name}").attributes["aria-describedby"]
    assert page.by_id(described_by).text == help_text


def test_what_needs_no_help_names_none(page: Page) -> None:
    assert "aria-describedby" not in page.by_id("field-text").attributes


def test_a_group_is_a_fieldset_with_its_legend_and_help(page: Page) -> None:
    groups = page.all("fieldset", class_="group")
    assert [group.children[0].text for group in groups] == ['Numbers & "moments"', "Choices"]
    assert [group.children[0].tag for group in groups] == ["legend"] * 2
    assert page.by_id(groups[0].attributes["aria-describedby"]).text == "All of <them>."
    assert "aria-describedby" not in groups[1].attributes
    assert page.by_id("field-date") in groups[0].children
    assert not [group for group in groups if page.by_id("field-text") in group.children]


def test_a_question_is_as_wide_as_its_form_says(page: Page) -> None:
    def width(name: str) -> str:
        control = page.by_id(f"field-{name}")
        return [div for div in page.all("div") if control in div.children][-1].attributes["class"]

    assert width("text") == "question question-half"
    assert width("email") == "question question-third"
    assert width("url") == "question question-full"
