"""Several processes on one data folder: a slot each, and nothing of a dead one's waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.system.accepting_store import AcceptingStore, accepting_store
from tests.system.clients import Client
from tests.system.form_folder import write_form
from tests.system.history import Event, find_faults
from tests.system.polling import until
from tests.system.ports import closed_url
from tests.system.posts import FORM_PATH
from tests.system.progress import until_delivered
from tests.system.service_process import ServiceProcess, running_service
from tests.system.status_page import read_status
from tests.system.store_view import StoreView
from tests.system.submitting import new_post, submit

pytestmark = pytest.mark.slow

ROWS = 30


async def test_a_second_process_on_the_same_slot_refuses_and_the_first_goes_on(
    tmp_path: Path,
) -> None:
    """F10: one spool file, one process."""
    with running_service(tmp_path / "a", {"STORE_URL": "null:"}) as first:
        second = beside(first, tmp_path / "b", SLOT="0")
        with ExitStack() as stack:
            stack.callback(second.end)
            assert await asyncio.to_thread(second.spawn().wait, 20) == 1
        assert f"slot-0 is in use by process {first.process_id}" in second.log_text()
        assert len(await submit(first, 1)) == 1


async def test_what_a_killed_process_left_is_delivered_once_by_another_of_its_folder(
    opensearch_url: str, index: str, store_view: StoreView, tmp_path: Path
) -> None:
    """F1: killed with a backlog, and another process is there."""
    history: list[Event] = []
    forms = write_form(tmp_path / "forms", index)
    settings = {"STORE_URL": closed_url(), "FORMS_DIR": forms}
    with running_service(tmp_path / "a", settings) as first:
        async with aiohttp.ClientSession(first.url) as session:
            for _ in range(ROWS):
                await Client(session, history).send(new_post())
        first.kill()
        second = beside(first, tmp_path / "b", SLOT="1", STORE_URL=opensearch_url)
        async with started(second):
            await until_delivered(store_view, history)
            await until_logged(second, "slot_let_go")
        assert "Traceback" not in second.log_text()
    assert find_faults(history, await store_view.documents()) == []


async def test_an_adopted_receipt_is_found_and_its_owner_gets_its_slot_back(
    tmp_path: Path,
) -> None:
    """F1: the process that was killed comes back while another has its slot."""
    async with accepting_store() as store, left_behind(store, tmp_path) as (first, receipts):
        second = beside(first, tmp_path / "b", SLOT="1")
        async with started(second):
            await until_logged(second, "slot_adopted")
            assert await asyncio.to_thread(adopted, second) == [{"slot": 0, "pending": ROWS}]
            assert {await status_at(second, receipt) for receipt in receipts} == {"received"}
            await asyncio.to_thread(first.start)
            assert await asyncio.to_thread(pending, first) == ROWS
            assert {await status_at(first, receipt) for receipt in receipts} == {"received"}
            assert "slot_let_go" in second.log_text()
            store.come_back()
            await until_stored(store, receipts)
            assert await asyncio.to_thread(first.terminate) == 0
        assert "Traceback" not in first.log_text() + second.log_text()


async def test_a_process_that_takes_any_slot_takes_the_first_that_is_free(tmp_path: Path) -> None:
    """F10: without numbers to give, several start on one folder."""
    async with accepting_store() as store, left_behind(store, tmp_path) as (first, receipts):
        second = beside(first, tmp_path / "b", SLOT="1")
        third = beside(first, tmp_path / "c", SLOT="auto")
        async with started(second):
            await until_logged(second, "slot_adopted")
            async with started(third):
                data = tmp_path / "a" / "data"
                assert sorted(each.name for each in data.glob("slot-*")) == [
                    *("slot-0", "slot-1", "slot-2")
                ]
                store.come_back()
                await until_stored(store, receipts)


async def test_a_damaged_slot_is_named_and_left_and_the_next_one_is_delivered(
    tmp_path: Path,
) -> None:
    """F13: a damaged file of another process."""
    async with accepting_store() as store, left_behind(store, tmp_path) as (first, receipts):
        damaged = tmp_path / "a" / "data" / "slot-2" / "spool.db"
        damaged.parent.mkdir()
        damaged.write_bytes(b"no database" * 1_000)
        store.come_back()
        async with started(beside(first, tmp_path / "b", SLOT="1")) as second:
            await until_stored(store, receipts)
            await until_logged(second, "slot_left")
            assert await asyncio.to_thread(second.readiness) == 200
        assert damaged.read_bytes() == b"no database" * 1_000


async def test_what_is_adopted_is_delivered_before_the_process_stops(tmp_path: Path) -> None:
    """F32: asked to stop, with an adopted slot that the store takes at last."""
    async with accepting_store() as store, left_behind(store, tmp_path) as (first, receipts):
        settings = {"VOLUME": "ephemeral", "SHUTDOWN_SECONDS": "25"}
        async with started(beside(first, tmp_path / "b", SLOT="1", **settings)) as second:
            await until_logged(second, "slot_adopted")
            stopping = asyncio.create_task(asyncio.to_thread(second.terminate))
            store.come_back()
            assert await stopping == 0
        assert store.ids == set(receipts)


@asynccontextmanager
async def left_behind(
    store: AcceptingStore, folder: Path
) -> AsyncIterator[tuple[ServiceProcess, list[str]]]:
    """A process that was killed while the store was away, and the receipts it had given."""
    with running_service(folder / "a", {"STORE_URL": store.url}) as service:
        receipts = await submit(service, ROWS)
        service.kill()
        yield service, receipts


def beside(first: ServiceProcess, folder: Path, **settings: str) -> ServiceProcess:
    """Another process, with the settings of the first but for its ports and these."""
    folder.mkdir()
    own = ServiceProcess(folder, {})
    shared = {name: value for name, value in first.settings.items() if not name.endswith("_BIND")}
    own.settings |= {**shared, **settings}
    return own


@asynccontextmanager
async def started(service: ServiceProcess) -> AsyncIterator[ServiceProcess]:
    """It, from its start to its end."""
    async with AsyncExitStack() as stack:
        stack.callback(service.end)
        await asyncio.to_thread(service.start)
        yield service


async def status_at(service: ServiceProcess, receipt: str) -> str:
    """What a process says of a receipt that it did not give: by the spools it holds alone."""
    headers = {"Accept": "application/json"}
    url = f"{service.url}{FORM_PATH}/receipts/{receipt}"
    async with aiohttp.request("GET", url, headers=headers) as answer:
        assert answer.status == 200
        status: str = (await answer.json())["status"]
        return status


def pending(service: ServiceProcess) -> int:
    rows: int = read_status(service)["spool"]["pending"]["rows"]
    return rows


def adopted(service: ServiceProcess) -> object:
    return read_status(service)["adopted_slots"]


async def until_logged(service: ServiceProcess, event: str) -> None:
    async def is_logged() -> bool:
        return f'"event": "{event}"' in service.log_text()

    await until(is_logged, within_seconds=20, hoping_for=event)


async def until_stored(store: AcceptingStore, receipts: list[str]) -> None:
    async def is_stored() -> bool:
        return store.ids == set(receipts)

    await until(is_stored, within_seconds=40, hoping_for="all receipts in the store, and no others")
