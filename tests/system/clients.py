"""Clients that send submissions at a bounded rate and write down what happened to each.

Half are browsers, half are programs. Whoever gets no receipt sends the same again, with the same
key, until a deadline; of each ten submissions one is double-clicked, and one has a client who
gives up at the first failure.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from tests.system.history import Event, Kind
from tests.system.posts import FORM_PATH, Post, post_of_a_browser, post_of_a_program, receipt_of

REPEAT_AFTER_SECONDS = 0.2
REPEAT_FOR_SECONDS = 60.0
ANSWER_WITHIN_SECONDS = 10.0

_REPEATABLE = (429, 503)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much is sent; `name` begins each essay, so that no two loads send the same."""

    name: str
    clients: int = 20
    submissions: int
    per_second: float


async def send_load(url: str, load: Load, history: list[Event]) -> None:
    """Send it all, and add to the history as it happens.

    A submission whose moment passed while its client was busy is sent as soon as it is free.
    """
    started = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        for first in range(load.clients):
            numbers = range(first, load.submissions, load.clients)
            tasks.create_task(_run_client(url, load, numbers, started, history))


async def _run_client(
    url: str, load: Load, numbers: Sequence[int], started: float, history: list[Event]
) -> None:
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_SECONDS)
    async with aiohttp.ClientSession(url, timeout=timeout) as session:
        client = Client(session, history)
        for number in numbers:
            await asyncio.sleep(max(0.0, started + number / load.per_second - time.monotonic()))
            essay = f"{load.name} {number:05}"
            if number % 2:
                post = await client.fill_in(essay)
            else:
                post = post_of_a_program(essay, secrets.token_hex(16))
            match number // 2 % 10:
                case 3:
                    await asyncio.gather(client.send(post), client.send(post))
                case 6:
                    await client.send(post, repeat_for_seconds=0.0)
                case _:
                    await client.send(post)


class Client:
    """One client; writes to a history that others may share."""

    def __init__(self, session: aiohttp.ClientSession, history: list[Event]) -> None:
        self._session = session
        self._history = history

    async def fill_in(self, essay: str) -> Post:
        """Get the page and fill it in. Raises TimeoutError when it cannot be had for too long."""
        async with asyncio.timeout(REPEAT_FOR_SECONDS):
            while True:
                page = await self._page()
                if page is not None:
                    return post_of_a_browser(essay, page)
                await asyncio.sleep(REPEAT_AFTER_SECONDS)

    async def send(self, post: Post, *, repeat_for_seconds: float = REPEAT_FOR_SECONDS) -> None:
        """Send until there is a receipt, a refusal that will not pass, or no time left."""
        deadline = time.monotonic() + repeat_for_seconds
        while await self._attempt(post):
            if time.monotonic() >= deadline:
                return
            await asyncio.sleep(REPEAT_AFTER_SECONDS)

    async def _page(self) -> str | None:
        try:
            async with self._session.get(FORM_PATH) as answer:
                return await answer.text() if answer.status == 200 else None
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def _attempt(self, post: Post) -> bool:
        """Send once; whether it makes sense to send it again."""
        self._note(Kind.INVOKE, post)
        try:
            async with self._session.post(
                FORM_PATH, data=post.body, headers=post.headers, allow_redirects=False
            ) as answer:
                status, location = answer.status, answer.headers.get("Location")
                body = await answer.read()
        except aiohttp.ClientConnectorError:
            self._note(Kind.FAIL, post, detail="nobody there")
            return True
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note(Kind.INFO, post, detail=type(error).__name__)
            return True
        receipt = receipt_of(status, location, body)
        if receipt is None:
            self._note(Kind.FAIL, post, detail=str(status))
            return status in _REPEATABLE
        self._note(Kind.OK, post, receipt=receipt)
        return False

    def _note(
        self, kind: Kind, post: Post, *, receipt: str | None = None, detail: str | None = None
    ) -> None:
        self._history.append(
            Event(at=time.monotonic(), kind=kind, essay=post.essay, receipt=receipt, detail=detail)
        )
