"""How far a load and its delivery have come."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp

from tests.system.history import Event, Kind, answered, count
from tests.system.polling import EVERY_SECONDS, until
from tests.system.store_view import StoreView


async def until_receipts(history: list[Event], receipts: int) -> None:
    """Wait for that many receipts. Raises TimeoutError."""

    async def enough() -> bool:
        return count(history, Kind.OK) >= receipts

    await until(enough, within_seconds=90, hoping_for=f"{receipts} receipts")


async def until_delivered(store_view: StoreView, history: list[Event]) -> None:
    """Wait until the store may hold it all, or it takes too long: the check says what is missing.

    Twice the longest back-off of delivery, and then some.
    """

    async def complete() -> bool:
        return len(await store_view.documents()) >= len(answered(history))

    with contextlib.suppress(TimeoutError):
        await until(complete, within_seconds=90, hoping_for="all documents")


@contextlib.asynccontextmanager
async def watched_readiness(internal_url: str) -> AsyncIterator[list[int]]:
    """Ask /readyz again and again; every status it answers."""
    statuses: list[int] = []
    async with aiohttp.ClientSession(internal_url) as session:

        async def watch() -> None:
            while True:
                async with session.get("/readyz") as answer:
                    statuses.append(answer.status)
                await asyncio.sleep(EVERY_SECONDS)

        async with asyncio.TaskGroup() as tasks:
            watcher = tasks.create_task(watch())
            yield statuses
            watcher.cancel()
