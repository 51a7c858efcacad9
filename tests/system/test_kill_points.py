"""Killed at each point between the arrival of an answer and its being settled, one by one.

Other tests kill at random; here the process halts at the point, and is killed there. A client who
heard nothing does what a browser or a program does next: it sends the same again, with its key.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.opensearch.lying_server import hang
from tests.system.clients import Client
from tests.system.forging_proxy import forging_proxy
from tests.system.form_folder import write_form
from tests.system.halting_service import Point, command, halted
from tests.system.history import Event, Kind, answered, find_faults
from tests.system.polling import until
from tests.system.posts import Post, post_of_a_program
from tests.system.service_process import ServiceProcess, running_service
from tests.system.status_page import row_counts, until_settled
from tests.system.store_view import StoreView

pytestmark = pytest.mark.slow

ESSAY = "Nintendo, by the skin of its teeth"
KEY = "a key that is sent twice"
SEVERAL = 20
WITHIN_SECONDS = 20.0

FillIn = Callable[[Client], Awaitable[Post]]


async def as_a_browser(client: Client) -> Post:
    return await client.fill_in(ESSAY)


async def as_a_program(_: Client) -> Post:
    return post_of_a_program(ESSAY, KEY)


EITHER = pytest.mark.parametrize("fill_in", [as_a_browser, as_a_program])


@pytest.fixture
def settings(opensearch_url: str, index: str, tmp_path: Path) -> dict[str, str]:
    forms = write_form(tmp_path / "forms", index)
    return {"STORE_URL": opensearch_url, "FORMS_DIR": forms, "SECRET_KEYS": "0123456789abcdef" * 4}


@EITHER
async def test_killed_after_the_commit_it_has_the_row_and_gives_a_repeat_its_receipt(
    fill_in: FillIn, settings: dict[str, str], store_view: StoreView, tmp_path: Path
) -> None:
    """F1: between commit and response. The row is delivered before anybody sends it again."""
    history: list[Event] = []
    post = await kill_at(Point.AFTER_COMMIT, fill_in, tmp_path, settings, history)
    assert [event.kind for event in history] == [Kind.INVOKE, Kind.INFO]
    with running_service(tmp_path, settings) as service:
        await until_settled(service, rows=1)
        (document,) = await store_view.documents()
        assert await send_twice(service, post, history) == document.id
        assert await asyncio.to_thread(service.terminate) == 0
    assert find_faults(history, await store_view.documents()) == []


@EITHER
async def test_killed_before_the_commit_it_has_no_row_and_a_repeat_is_the_first(
    fill_in: FillIn, settings: dict[str, str], store_view: StoreView, tmp_path: Path
) -> None:
    """F2: nobody was thanked, and nothing is there."""
    history: list[Event] = []
    post = await kill_at(Point.BEFORE_COMMIT, fill_in, tmp_path, settings, history)
    assert [event.kind for event in history] == [Kind.INVOKE, Kind.INFO]
    with running_service(tmp_path, settings) as service:
        assert await row_counts(service) == (0, 0, 0)
        receipt = await send_twice(service, post, history)
        await until_settled(service, rows=1)
        assert await asyncio.to_thread(service.terminate) == 0
    documents = await store_view.documents()
    assert [document.id for document in documents] == [receipt]
    assert find_faults(history, documents) == []


@pytest.mark.parametrize("is_done", [False, True], ids=["not done", "done"])
async def test_killed_while_a_bulk_is_on_its_way_it_sends_all_of_it_again_under_the_same_ids(
    is_done: bool,
    opensearch_url: str,
    settings: dict[str, str],
    store_view: StoreView,
    tmp_path: Path,
) -> None:
    """F3: whether the store has it already or not, nobody could know; one document each."""
    history: list[Event] = []
    async with forging_proxy(opensearch_url) as proxy:
        proxy.before, proxy.behind = (None, hang) if is_done else (hang, None)

        async def is_on_its_way() -> bool:
            return proxy.forged > 0

        through = {**settings, "STORE_URL": proxy.url}
        with running_service(tmp_path, through) as service:
            await send_several(service, history)
            await until(is_on_its_way, within_seconds=WITHIN_SECONDS, hoping_for="a bulk")
            await asyncio.to_thread(service.kill)
    there = len(await store_view.documents())
    assert there > 0 if is_done else there == 0
    with running_service(tmp_path, settings) as service:
        await until_settled(service, rows=SEVERAL)
        assert await asyncio.to_thread(service.terminate) == 0
    assert len(answered(history)) == SEVERAL
    assert find_faults(history, await store_view.documents()) == []


@EITHER
async def test_killed_before_the_store_s_answer_is_noted_it_sends_again_and_knows_it_is_there(
    fill_in: FillIn, settings: dict[str, str], store_view: StoreView, tmp_path: Path
) -> None:
    """F4: after the bulk's 200, before the local ack. The conflict of the second is a success."""
    history: list[Event] = []
    post = await kill_at(Point.BEFORE_ACK, fill_in, tmp_path, settings, history)
    assert [event.kind for event in history] == [Kind.INVOKE, Kind.OK]
    (document,) = await store_view.documents()
    with running_service(tmp_path, settings) as service:
        await until_settled(service, rows=1)
        assert await send_twice(service, post, history) == document.id
        assert await asyncio.to_thread(service.terminate) == 0
    assert find_faults(history, await store_view.documents()) == []


async def kill_at(
    point: Point, fill_in: FillIn, folder: Path, settings: dict[str, str], history: list[Event]
) -> Post:
    """Start a service that halts at the point, send it one submission, and kill it there."""
    with running_service(folder, settings, command=command(point)) as service:

        async def halts() -> bool:
            return halted(point) in service.log_text()

        async with aiohttp.ClientSession(service.url) as session, asyncio.TaskGroup() as tasks:
            client = Client(session, history)
            post = await fill_in(client)
            tasks.create_task(client.send(post, repeat_for_seconds=0))
            await until(halts, within_seconds=WITHIN_SECONDS, hoping_for=halted(point))
            await asyncio.to_thread(service.kill)
    return post


async def send_several(service: ServiceProcess, history: list[Event]) -> None:
    """Send different submissions at once; each gets its receipt."""
    async with aiohttp.ClientSession(service.url) as session, asyncio.TaskGroup() as tasks:
        for number in range(SEVERAL):
            post = post_of_a_program(f"{ESSAY}, number {number}", f"{KEY} or never: {number}")
            tasks.create_task(Client(session, history).send(post, repeat_for_seconds=0))


async def send_twice(service: ServiceProcess, post: Post, history: list[Event]) -> str:
    """Send what was sent before, and once more; the receipt, which is one and the same."""
    before = len(history)
    async with aiohttp.ClientSession(service.url) as session:
        for _ in range(2):
            await Client(session, history).send(post, repeat_for_seconds=0)
    receipts = {event.receipt for event in history[before:] if event.kind is not Kind.INVOKE}
    (receipt,) = receipts
    assert receipt is not None, history
    return receipt
