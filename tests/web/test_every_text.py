"""Every text of every page comes from the catalogue: in the pseudo-language none is plain English.

What is left on a page without the pseudo-language's own pieces and without what the form, the
answers and the receipt bring along has no word in it; a text that was forgotten has.
"""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from aiohttp import web

from service.forms import messages
from service.forms.availability import Availability
from service.forms.definition import Direction, Form
from service.forms.errors import FieldError
from service.forms.raw import shown_again, shown_defaults
from service.texts.load import load_catalogue
from service.texts.pseudo import PSEUDO_TAG
from service.web import refusals
from service.web.pages import (
    Notice,
    ReceiptState,
    form_page,
    forms_page,
    problem_page,
    receipt_page,
    unavailable_page,
)
from service.web.refusals import Refusal
from tests.web.page_site import KEY, RECEIPT, RECEIVED_AT, Handler, PageSite, open_page_site
from tests.web.widget_form import SENT, WIDGETS

TEXTS = load_catalogue().texts(PSEUDO_TAG)
FORM = replace(
    WIDGETS,
    language=PSEUDO_TAG,
    direction=Direction.RIGHT_TO_LEFT,
    opens_at=RECEIVED_AT,
    closes_at=RECEIVED_AT + 1_000,
)
REFUSALS = [entry for entry in vars(refusals).values() if isinstance(entry, Refusal)]

_PSEUDO = re.compile("\u202e[^\u202c]*\u202c")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SHOWN_ATTRIBUTES = {"alt", "aria-label", "title", "placeholder", "data-left", "data-over"}
_NEVER_TRANSLATED = ("Formwell", "odd")  # a product, and the name of a field that there is not


class _Shown(HTMLParser):
    """Gathers what people see or hear of a page, template contents among it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._own_words = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if self._own_words:
            self._own_words += tag not in ("wbr", "br")
        elif tag in ("time", "textarea") or attributes.get("translate") == "no":
            self._own_words = 1
        self.pieces += [value or "" for name, value in attrs if name in _SHOWN_ATTRIBUTES]
        if tag == "button" or attributes.get("type") in ("submit", "button"):
            self.pieces.append(attributes.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._own_words -= bool(self._own_words)

    def handle_data(self, data: str) -> None:
        if not self._own_words:
            self.pieces.append(data)


def own_texts(form: Form) -> Iterator[str]:
    """What the form brings along itself; and the answers of these tests."""
    yield from (form.title, form.intro or "", form.thanks or "")
    for group in form.groups:
        yield from (group.legend or "", group.help or "")
    for field in form.fields:
        yield from (field.label, field.help or "")
        for choice in field.choices:
            yield from (choice.label, choice.value)
    for value in SENT.values():
        yield from [value] if isinstance(value, str) else map(str, value)
    yield TEXTS.moment(RECEIVED_AT)
    yield TEXTS.moment(RECEIVED_AT + 1_000)


def forgotten(html: str) -> list[str]:
    """The texts of a page that are in no catalogue."""
    own = sorted({text for text in (*own_texts(FORM), *_NEVER_TRANSLATED) if text}, key=len)
    left = []
    for piece in _Shown(html).pieces:
        rest = _PSEUDO.sub(" ", piece)
        for text in reversed(own):
            rest = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", " ", rest)
        if _WORD.search(rest):
            left.append(piece.strip())
    return left


def errors() -> Sequence[FieldError]:
    found = [messages.about_field(field, messages.REQUIRED, TEXTS) for field in FORM.fields]
    return [*found, messages.about_unknown("odd", TEXTS)]


PAGES: dict[str, Handler] = {
    "empty": lambda request: form_page(request, FORM, key=KEY, answers=shown_defaults(FORM)),
    "filled": lambda request: form_page(request, FORM, key=KEY, answers=shown_again(FORM, SENT)),
    "with errors": lambda request: form_page(
        request, FORM, key=KEY, answers=shown_again(FORM, SENT), errors=errors()
    ),
    "conflict": lambda request: form_page(
        request, FORM, key=KEY, answers=shown_again(FORM, SENT), notice=Notice.CONFLICT
    ),
    "overloaded": lambda request: form_page(
        request, FORM, key=KEY, answers=shown_again(FORM, SENT), notice=Notice.OVERLOADED
    ),
    "list": lambda request: forms_page(request, [FORM]),
    "empty list": lambda request: forms_page(request, []),
}


@pytest.fixture
async def site() -> AsyncIterator[PageSite]:
    async with open_page_site() as opened:
        yield opened


async def said(site: PageSite, handler: Handler) -> list[str]:
    """What is forgotten on the page, asked for in the pseudo-language."""
    page = (await site.ask(handler, f"/page?lang={PSEUDO_TAG}&again")).page
    assert page.one("html").attributes["dir"] == "rtl"
    assert page.one("html").attributes["lang"] == PSEUDO_TAG
    assert "\u202e" in page.html
    return forgotten(page.html)


@pytest.mark.parametrize("name", PAGES)
async def test_no_text_of_a_page_is_forgotten(site: PageSite, name: str) -> None:
    assert await said(site, PAGES[name]) == []


@pytest.mark.parametrize("state", ReceiptState)
@pytest.mark.parametrize("form", [FORM, None], ids=["form", "no form"])
async def test_no_text_of_a_receipt_is_forgotten(
    site: PageSite, state: ReceiptState, form: Form | None
) -> None:
    def handler(request: web.Request) -> web.Response:
        return receipt_page(request, form, receipt=RECEIPT, state=state, received_at=RECEIVED_AT)

    assert await said(site, handler) == []


@pytest.mark.parametrize("answered", [False, True], ids=["asked", "answered"])
@pytest.mark.parametrize("why", [each for each in Availability if each is not Availability.OPEN])
async def test_no_text_about_a_form_that_takes_no_answers_is_forgotten(
    site: PageSite, why: Availability, answered: bool
) -> None:
    answers = shown_again(FORM, SENT) if answered else None
    assert await said(site, lambda r: unavailable_page(r, FORM, why, answers=answers)) == []


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
async def test_no_refusal_is_forgotten(site: PageSite, refusal: Refusal) -> None:
    def handler(request: web.Request) -> web.Response:
        return problem_page(
            request,
            None,
            status=refusal.status,
            title=TEXTS.gettext(refusal.title),
            text=TEXTS.gettext(refusal.text),
        )

    assert await said(site, handler) == []


@pytest.mark.parametrize(
    "html",
    ["<p>Forgotten</p>", '<img alt="A logo">', "<p>Any. Forgotten</p>", "<b>\u202eX\u202c to</b>"],
)
def test_a_bare_text_is_found(html: str) -> None:
    assert len(forgotten(html)) == 1
