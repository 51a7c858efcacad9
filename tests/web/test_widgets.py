"""Every type of field on the page: empty, with an answer, and with something wrong."""

from collections.abc import AsyncIterator

import pytest

from service.forms.field_types import FIELD_TYPES
from service.forms.raw import shown_defaults
from tests.web.page_site import PageSite, open_page_site
from tests.web.parsed import Element, Page
from tests.web.widget_form import FIELDS, LINES, RADIOS, SENT, SEVERAL, SINGLE, WIDGETS, WRONG

CONTROLS = ("input", "select", "textarea")


@pytest.fixture
async def site() -> AsyncIterator[PageSite]:
    async with open_page_site() as opened:
        yield opened


@pytest.fixture
async def empty(site: PageSite) -> Page:
    return (await site.form(form=WIDGETS)).page


@pytest.fixture
async def filled(site: PageSite) -> Page:
    return (await site.form(SENT, form=WIDGETS)).page


@pytest.fixture
async def wrong(site: PageSite) -> Page:
    return (await site.form(SENT, form=WIDGETS, errors=WRONG, status=422)).page


def controls(page: Page, name: str) -> list[Element]:
    """The controls of a field, in the order of the page."""
    return [
        element
        for element in page.elements
        if element.tag in CONTROLS and element.attributes.get("name") == name
    ]


def chosen(page: Page, name: str) -> list[str]:
    """The values of a field that are ticked or selected."""
    first, *_ = found = controls(page, name)
    offered = first.children if first.tag == "select" else found
    marks = {"checked", "selected"}
    return [one.attributes["value"] for one in offered if marks & set(one.attributes)]


def offered(page: Page, name: str) -> list[str]:
    """The texts of a select, or of the labels of buttons and boxes."""
    first, *_ = found = controls(page, name)
    if first.tag == "select":
        return [option.text for option in first.children]
    return [page.one("label", for_=control.attributes["id"]).text for control in found]


def fieldset_of(page: Page, name: str) -> Element:
    """The innermost fieldset around a field's controls."""
    first = controls(page, name)[0]
    return [found for found in page.all("fieldset") if first in found.children][-1]


def described(page: Page, element: Element) -> list[str]:
    """The texts that say more of an element."""
    ids = element.attributes.get("aria-describedby", "").split()
    return [page.by_id(name).text for name in ids]


def label_of(name: str) -> str:
    """A field's label, as its page has it."""
    return FIELDS[name].label + ("" if FIELDS[name].required else " (optional)")


def test_every_type_is_tried_here() -> None:
    assert {field.type.name for field in WIDGETS.fields} == set(FIELD_TYPES)
    assert {*SINGLE, *SEVERAL} == set(FIELDS) == set(SENT)


@pytest.mark.parametrize("state", ["empty", "filled", "wrong"])
def test_every_control_has_one_label_and_an_id_of_its_own(
    state: str, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(state)
    ids = [tag.attributes["id"] for tag in page.elements if "id" in tag.attributes]
    assert len(ids) == len(set(ids))
    named = [control for name in FIELDS for control in controls(page, name)]
    assert [tag.attributes["for"] for tag in page.all("label")] == [
        control.attributes["id"] for control in named
    ]
    assert not [tag for tag in page.elements if {"style", "required"} & set(tag.attributes)]


@pytest.mark.parametrize("name", SINGLE)
def test_the_label_of_a_question_with_one_control_is_its_label(empty: Page, name: str) -> None:
    (control,) = controls(empty, name)
    assert control.attributes["id"] == f"field-{name}"
    assert empty.one("label", for_=f"field-{name}").text == label_of(name)
    required = "true" if FIELDS[name].required else None
    assert control.attributes.get("aria-required") == required


@pytest.mark.parametrize("name", SEVERAL)
def test_the_label_of_a_question_with_several_controls_is_their_legend(
    empty: Page, name: str
) -> None:
    fieldset = fieldset_of(empty, name)
    assert fieldset.children[0].tag == "legend"
    assert fieldset.children[0].text == label_of(name)
    needed = "true" if FIELDS[name].required and name in RADIOS else None
    assert fieldset.attributes.get("aria-required") == needed
    assert fieldset.attributes.get("role") == ("radiogroup" if name in RADIOS else None)
    assert controls(empty, name)[0].attributes["id"] == f"field-{name}"


@pytest.mark.parametrize("name", LINES)
def test_a_line_is_empty_and_shows_again_whatever_was_typed(
    empty: Page, filled: Page, name: str
) -> None:
    assert controls(empty, name)[0].attributes["value"] == ""
    assert controls(filled, name)[0].attributes["value"] == SENT[name]


def test_several_lines_are_shown_again_as_they_were(empty: Page, filled: Page) -> None:
    assert controls(empty, "textarea")[0].text == ""
    assert controls(filled, "textarea")[0].text == SENT["textarea"]


@pytest.mark.parametrize("name", [name for name in SENT if name not in (*LINES, "textarea")])
def test_what_was_chosen_is_chosen_again_and_nothing_else(filled: Page, name: str) -> None:
    sent = SENT[name]
    assert chosen(filled, name) == (sent if isinstance(sent, list) else [sent])


def test_nothing_is_chosen_at_first_but_that_there_is_no_answer(empty: Page) -> None:
    assert {name: chosen(empty, name) for name in SEVERAL} == {
        "radio": [""],
        "radio_required": [],
        "rating": [],
        "scale": [""],
        "checkboxes": [],
    }
    assert chosen(empty, "checkbox") == []


def test_no_answer_can_be_chosen_where_none_is_needed(empty: Page) -> None:
    assert offered(empty, "radio") == ["X & Y", "y", "No answer"]
    assert offered(empty, "radio_required") == ["x", "y"]
    assert offered(empty, "select") == ["No answer", "x", "<Y>"]
    assert offered(empty, "rating") == ["1", "2", "3", "4", "5"]
    assert offered(empty, "scale") == [*map(str, range(11)), "No answer"]
    assert offered(empty, "checkboxes") == ["b", "a", '<c> & "d"']


async def test_a_list_chooses_nothing_for_people_unless_it_has_a_default(site: PageSite) -> None:
    fresh = (await site.form(shown_defaults(WIDGETS), form=WIDGETS)).page
    assert offered(fresh, "select_required") == ["Please choose", "x", "y"]
    assert chosen(fresh, "select_required") == []
    assert offered(fresh, "preset") == ["x", "y"]
    assert chosen(fresh, "preset") == ["y"]


async def test_a_value_that_is_not_offered_makes_no_other_one_chosen(site: PageSite) -> None:
    page = (await site.form({"preset": "forged", "radio": "forged"}, form=WIDGETS)).page
    assert offered(page, "preset") == ["Please choose", "x", "y"]
    assert chosen(page, "preset") == chosen(page, "radio") == []


@pytest.mark.parametrize("name", SINGLE)
def test_a_wrong_control_is_marked_and_tied_to_its_message(wrong: Page, name: str) -> None:
    (control,) = controls(wrong, name)
    assert control.attributes["aria-invalid"] == "true"
    assert described(wrong, control)[-1] == f"Error: Please <mend> {name}."


@pytest.mark.parametrize("name", SEVERAL)
def test_wrong_controls_are_marked_together_and_tied_to_their_message(
    wrong: Page, name: str
) -> None:
    fieldset = fieldset_of(wrong, name)
    marked = [fieldset] if name in RADIOS else controls(wrong, name)
    assert {element.attributes["aria-invalid"] for element in marked} == {"true"}
    assert described(wrong, fieldset)[-1] == f"Error: Please <mend> {name}."


def test_nothing_is_marked_where_nothing_is_wrong(filled: Page) -> None:
    assert not [tag for tag in filled.elements if "aria-invalid" in tag.attributes]


def test_every_link_of_the_summary_leads_to_a_question_s_first_control(wrong: Page) -> None:
    links = [child for child in wrong.one("div", role="alert").children if child.tag == "a"]
    targets = [wrong.by_id(link.attributes["href"].removeprefix("#")) for link in links]
    assert targets == [controls(wrong, name)[0] for name in FIELDS]
