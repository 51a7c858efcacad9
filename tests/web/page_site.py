"""A server whose one page is made by the handler of the moment, and forms to make it of."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from aiohttp import ClientResponse, ClientSession, web

from service.forms.definition import Field, Form, Group
from service.forms.errors import FieldError
from service.forms.field_types import FIELD_TYPES
from service.forms.in_force import FormsInForce
from service.forms.raw import shown_again
from service.texts.load import load_catalogue
from service.web.environments import setup_pages
from service.web.kept_pages import KEPT_PAGES, KeptPages
from service.web.keys import CATALOGUE, FORMS
from service.web.pages import Notice, ReceiptState, form_page, receipt_page
from service.web.theme import NO_THEME, ThemeSource, setup_theme
from tests.web.listening import listening
from tests.web.parsed import Page

KEY = "019aac588d52" + "0123456789abcdef01234567"
RECEIPT = UUID("019aac58-8d52-8f3b-9a33-1c7bd2c0ffee")
RECEIVED_AT = 1_795_364_701_042  # 2026-11-22T16:25:01.042Z
NASTY = "</textarea><script>alert('x')</script> \"quoted\" & 'so' &lt;b&gt; {{ 7 * 7 }}"

FORM = Form(
    id="console-wars",
    title="Consoles <of> 1991 & after",
    index="big_survey",
    groups=(
        Group(
            fields=(
                Field(
                    name="essay_question",
                    type=FIELD_TYPES["textarea"],
                    label='Sega "Genesis" <or> Nintendo?',
                    required=True,
                    max_length=2_047,
                ),
                Field(
                    name="email_addr",
                    type=FIELD_TYPES["email"],
                    label="Email address",
                    required=True,
                    max_length=254,
                ),
                Field(
                    name="nick",
                    type=FIELD_TYPES["text"],
                    label="Nickname",
                    help="Shown to <nobody>.",
                    max_length=100,
                    autocomplete="nickname",
                ),
            ),
        ),
    ),
)
WORDY_FORM = Form(
    id="wordy",
    title="Wordy",
    index="wordy",
    intro="<p>First <em>line</em></p>\n<p>Next paragraph</p>",
    thanks="<p>Well done.</p>\n<ul>\n<li>Really</li>\n</ul>",
    submit_label='Send "it"',
    groups=(Group(fields=FORM.fields[1:2]),),
)
EMPTY = FieldError(field="essay_question", code="required", message="Please answer <this>.")
NO_EMAIL = FieldError(field="email_addr", code="not_email", message="Please give an address.")
UNKNOWN = FieldError(field="<odd>", code="unknown_field", message="No such field.")

Handler = Callable[[web.Request], web.Response]


class Asked:
    """The answer to one request for the page that a handler makes."""

    def __init__(self, response: ClientResponse, html: str) -> None:
        self.status = response.status
        self.headers = response.headers
        self.page = Page(html)


class PageSite:
    """A server whose one page is made by the handler of the moment."""

    def __init__(
        self, session: ClientSession, show: Callable[[Handler], None], forms: FormsInForce
    ) -> None:
        self.session = session
        self.forms = forms
        self._show = show

    async def ask(self, handler: Handler, path: str = "/page", *, method: str = "GET") -> Asked:
        self._show(handler)
        async with self.session.request(method, path) as response:
            return Asked(response, await response.text())

    async def form(
        self,
        raw: Mapping[str, object] | None = None,
        *,
        form: Form = FORM,
        errors: Sequence[FieldError] = (),
        notice: Notice | None = None,
        notice_text: str | None = None,
        status: int = 200,
    ) -> Asked:
        return await self.ask(
            lambda request: form_page(
                request,
                form,
                key=KEY,
                answers=shown_again(form, raw or {}),
                errors=errors,
                notice=notice,
                notice_text=notice_text,
                status=status,
            )
        )

    async def receipt(
        self,
        state: ReceiptState,
        *,
        form: Form = FORM,
        received_at: int | None = RECEIVED_AT,
        path: str = "/page",
    ) -> Asked:
        return await self.ask(
            lambda request: receipt_page(
                request, form, receipt=RECEIPT, state=state, received_at=received_at
            ),
            path,
        )


@asynccontextmanager
async def open_page_site(theme: ThemeSource = NO_THEME) -> AsyncIterator[PageSite]:
    """Serve `/page` and everything below `/f/`."""
    handlers: list[Handler] = []

    async def answer(request: web.Request) -> web.Response:
        return handlers[-1](request)

    app = web.Application()
    app[KEPT_PAGES] = KeptPages()
    app[FORMS] = forms = FormsInForce({})
    app[CATALOGUE] = await asyncio.to_thread(load_catalogue)
    app.router.add_route("*", "/{path:(page|f/.*)}", answer)
    setup_theme(app, theme)
    setup_pages(app)
    async with listening(app) as address, ClientSession(address) as session:
        yield PageSite(session, handlers.append, forms)
