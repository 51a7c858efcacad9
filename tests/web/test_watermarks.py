"""Beyond each watermark answers are refused with what was typed still on the page, delivery goes
on, and answers are taken again without a restart."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from service.delivery.dispatcher import Dispatcher
from service.null_store import NullStore
from service.spool.footprint import footprint
from service.spool.limits import Limits
from service.spool.ports import State
from tests.spool.crowded_disk import crowded_disk
from tests.system.polling import until
from tests.web.public_site import GOOD, PublicSite, key_of, open_public_site

WITHIN_SECONDS = 20.0


async def assert_refused(site: PublicSite, *, code: str) -> None:
    """A person keeps what was typed, and the key; a program is told why. Both: when to return."""
    before = site.spool.totals[State.PENDING].rows
    response, page = await site.post({**GOOD, "essay": "precious", "submission_key": "k"})
    assert response.status == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "precious" in page
    assert key_of(page) == "k"
    async with site.client.post(f"{site.url}/f/quiz", json=GOOD) as answered:
        assert answered.status == 503
        assert int(answered.headers["Retry-After"]) > 0
        assert (await answered.json())["code"] == code
    assert site.spool.totals[State.PENDING].rows == before


async def until_accepting(site: PublicSite) -> None:
    """Wait until the very answers that were refused are taken."""

    async def taken() -> bool:
        answers = {**GOOD, "essay": "precious", "submission_key": "k"}
        return (await site.post(answers))[0].status == 303

    await until(taken, within_seconds=WITHIN_SECONDS, hoping_for="an answer taken")


async def until_delivered(site: PublicSite) -> None:
    async def delivered() -> bool:
        return site.spool.totals[State.PENDING].rows == 0

    await until(delivered, within_seconds=WITHIN_SECONDS, hoping_for="all delivered")


@asynccontextmanager
async def delivering(site: PublicSite) -> AsyncIterator[None]:
    """Delivery at work, to a store that takes everything."""
    dispatcher = Dispatcher(site.spool, NullStore(), site.metrics)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(dispatcher.run())
        yield
        dispatcher.drain(5)
        await running


@asynccontextmanager
async def writer_held_up(site: PublicSite) -> AsyncIterator[None]:
    """The spool's thread waits, as for a slow disk, until the end of the block."""
    begun, goes_on = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        goes_on.wait()

    stuck = site.spool._writer.submit(wait, writes=True)
    try:
        await asyncio.to_thread(begun.wait)  # what is sent from now on is not of its group
        async with asyncio.timeout(WITHIN_SECONDS):
            yield
    finally:
        goes_on.set()
        await stuck


async def test_beyond_the_live_bytes_answers_are_refused_until_some_are_delivered(
    tmp_path: Path,
) -> None:
    """F14: a store that is away for too long fills the spool, and no more is taken than fits."""
    async with open_public_site(tmp_path, limits=Limits(live_bytes=3 * footprint(300))) as site:
        taken = 0
        while (await site.post({**GOOD, "essay": f"Sega {taken}"}))[0].status == 303:
            taken += 1
            assert taken < 20
        assert taken >= 3
        assert site.spool.totals[State.PENDING].rows == taken
        await assert_refused(site, code="spool_full")
        async with delivering(site):
            await until_delivered(site)
            await until_accepting(site)
        assert site.spool.totals[State.DELIVERED].rows == taken + 1


async def test_beyond_the_free_disk_answers_are_refused_and_delivery_has_the_reserve(
    tmp_path: Path,
) -> None:
    """F8: a write finds no room; what was taken is delivered, and taking goes on by itself."""
    with crowded_disk() as disk:
        async with open_public_site(tmp_path) as site:
            assert (await site.post(GOOD))[0].status == 303
            reserve = tmp_path / "reserve"
            disk.is_full = lambda _name, _end: reserve.exists()
            await assert_refused(site, code="disk_full")
            async with delivering(site):
                await until_delivered(site)
                disk.is_full = lambda _name, _end: False
                await until_accepting(site)


async def test_beyond_the_commit_queue_answers_are_refused_until_it_is_shorter(
    tmp_path: Path,
) -> None:
    async with open_public_site(tmp_path, limits=Limits(waiting=3)) as site:
        async with asyncio.TaskGroup() as tasks:
            async with writer_held_up(site):
                waiting = [
                    tasks.create_task(site.post({**GOOD, "essay": f"Sega {number}"}))
                    for number in range(3)
                ]

                async def queued() -> bool:
                    return site.spool._writer.waiting >= 3

                await until(queued, within_seconds=WITHIN_SECONDS, hoping_for="a queue")
                await assert_refused(site, code="spool_full")
            assert [(await one)[0].status for one in waiting] == [303] * 3
        async with delivering(site):
            await until_delivered(site)
            await until_accepting(site)


async def test_while_somebody_waits_too_long_for_the_disk_others_are_refused_at_once(
    tmp_path: Path,
) -> None:
    async with open_public_site(tmp_path, limits=Limits(oldest_seconds=0.05)) as site:
        async with writer_held_up(site):

            async def too_long() -> bool:
                return site.spool._writer.oldest_seconds > 0.05

            await until(too_long, within_seconds=WITHIN_SECONDS, hoping_for="somebody waiting")
            await assert_refused(site, code="unavailable")
        await until_accepting(site)
        async with delivering(site):
            await until_delivered(site)
