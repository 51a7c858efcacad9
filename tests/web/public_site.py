"""The public listener as it runs in production, on a socket of its own, with a real spool."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import aiohttp
from aiohttp import web

from service.app import create_public_app
from service.forms.definition import Form
from service.forms.in_force import FormsInForce
from service.forms.languages import packaged_directions
from service.forms.parse import parse_form
from service.lifespan import listen
from service.null_store import NullStore
from service.observability.metrics import Metrics
from service.setting_values import Address
from service.spool.limits import Limits
from service.spool.ports import Row
from service.spool.spool import Spool, open_spool
from service.store import StoreUnavailable
from service.texts.load import load_catalogue
from service.web.capacity import PUBLIC, Capacity
from service.web.receipt_links import ReceiptLinks
from service.web.site import Site

QUIZ = """
title: A quiz
index: quiz-answers
tags: [v1]
client_address: full
fields:
  - {name: essay, type: textarea, label: Essay, required: true, max_length: 2047}
  - {name: mail, type: email, label: Mail, required: true}
  - {name: age, type: integer, label: Age}
  - {name: likes, type: checkboxes, label: Likes, choices: [rpg, racing, sports]}
"""
GOOD = {"essay": "Sega", "mail": "a@example.org"}

packaged_directions()  # kept from then on, and forms ask for it: not first on a test's loop

_HIDDEN_KEY = re.compile(r'name="submission_key" value="([^"]*)"')


class RememberingStore(NullStore):
    """Finds the receipts it was told of; unreachable while `away`."""

    def __init__(self) -> None:
        self.known: set[UUID] = set()
        self.away = False
        self.asked = 0

    async def find(self, index: str, receipt: UUID) -> bool:
        self.asked += 1
        if self.away:
            raise StoreUnavailable("away")
        return receipt in self.known


@dataclass(slots=True)
class PublicSite:
    """A running public listener and what stands behind it."""

    url: str
    client: aiohttp.ClientSession
    spool: Spool
    store: RememberingStore
    metrics: Metrics
    links: ReceiptLinks
    forms: FormsInForce
    held: set[str] = field(default_factory=set)

    async def page_key(self) -> str:
        """The submission key of a freshly shown form."""
        async with self.client.get(f"{self.url}/f/quiz") as response:
            return key_of(await response.text())

    async def post(
        self, answers: Mapping[str, str], **headers: str
    ) -> tuple[aiohttp.ClientResponse, str]:
        """Send a form as a browser does, not following the redirect; the answer and its text."""
        async with self.client.post(
            f"{self.url}/f/quiz", data=answers, headers=headers, allow_redirects=False
        ) as response:
            return response, await response.text()

    async def rows(self) -> Sequence[Row]:
        """The rows that wait for delivery and were not asked for before."""
        batch = await self.spool.claim("quiz-answers", most_rows=1_000, most_bytes=1_000_000)
        return batch.rows


def key_of(page: str) -> str:
    """The submission key in a page."""
    found = _HIDDEN_KEY.search(page)
    assert found is not None, "the page has no key"
    return found.group(1)


def quiz(form_id: str) -> Form:
    """A form of these tests; each has an index of its own."""
    text = QUIZ.replace("quiz-answers", f"{form_id}-answers")
    form, problems = parse_form(text, file="quiz.yaml", default_id=form_id)
    assert form is not None, problems
    return form


@asynccontextmanager
async def open_public_site(
    folder: Path,
    *,
    site: Site | None = None,
    limits: Limits | None = None,
    capacity: Capacity = PUBLIC,
    forms: int = 1,
    adapt: Callable[[web.Application], None] = lambda _: None,
) -> AsyncIterator[PublicSite]:
    """A site on a free port; `forms` is how many forms it has, `adapt` changes the application
    before it listens."""
    metrics = Metrics()
    links = ReceiptLinks(["a-key-of-the-tests"])
    store = RememberingStore()
    held: set[str] = set()
    ids = [f"quiz{n or ''}" for n in range(forms)]
    every = FormsInForce(
        await asyncio.to_thread(lambda: {form_id: quiz(form_id) for form_id in ids})
    )
    async with open_spool(folder / "spool.db", metrics, limits or Limits()) as spool:
        app = create_public_app(
            forms=every,
            catalogue=await asyncio.to_thread(load_catalogue),
            intake=spool,
            store=store,
            metrics=metrics,
            links=links,
            site=site or Site(),
            is_held=lambda index: index in held,
            capacity=capacity,
        )
        adapt(app)
        any_port = Address(host="127.0.0.1", port=0)
        async with (
            listen(app, any_port, finish_seconds=1) as address,
            aiohttp.ClientSession() as client,
        ):
            yield PublicSite(
                url=f"http://{address}",
                client=client,
                spool=spool,
                store=store,
                metrics=metrics,
                links=links,
                forms=every,
                held=held,
            )
