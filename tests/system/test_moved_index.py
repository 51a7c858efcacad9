"""A form gets another index while what it took is on its way: each document goes where it began."""

import asyncio
import signal
from pathlib import Path

import aiohttp
import pytest

from tests.opensearch.lying_server import hang_up
from tests.system.clients import Client
from tests.system.forging_proxy import forging_proxy
from tests.system.form_folder import write_form
from tests.system.history import Event, answered, find_faults
from tests.system.polling import until
from tests.system.posts import post_of_a_program
from tests.system.service_process import running_service
from tests.system.status_page import read_status, until_settled
from tests.system.store_view import StoreView, open_store_view

pytestmark = pytest.mark.slow

WITHIN_SECONDS = 20.0


async def test_what_was_taken_for_one_index_is_not_sent_to_another_when_it_is_sent_again(
    opensearch_url: str, index: str, store_view: StoreView, tmp_path: Path
) -> None:
    """F27: the first bulk was done, its answer was lost, and the form was moved in between."""
    history: list[Event] = []
    moved = f"{index}-moved"
    before = post_of_a_program("Sega, before it moved", "a key of before")
    after = post_of_a_program("Nintendo, after it moved", "a key of after")
    async with (
        forging_proxy(opensearch_url) as proxy,
        open_store_view(opensearch_url, moved) as moved_view,
    ):
        settings = {"STORE_URL": proxy.url, "FORMS_DIR": write_form(tmp_path / "forms", index)}
        with running_service(tmp_path, settings) as service:

            async def is_lost() -> bool:
                return proxy.forged > 0

            async def is_moved() -> bool:
                forms = (await asyncio.to_thread(read_status, service))["forms"]
                return any(form["index"] == moved for form in forms.values())

            proxy.behind = hang_up
            async with aiohttp.ClientSession(service.url) as session:
                client = Client(session, history)
                await client.send(before)
                await until(is_lost, within_seconds=WITHIN_SECONDS, hoping_for="a lost answer")
                write_form(tmp_path / "forms", moved)
                service.signal(signal.SIGHUP)
                await until(is_moved, within_seconds=WITHIN_SECONDS, hoping_for="another index")
                proxy.behind = None
                await client.send(before)
                await client.send(after)
            await until_settled(service, rows=2)
            assert await asyncio.to_thread(service.terminate) == 0
        there, elsewhere = await store_view.documents(), await moved_view.documents()
    assert [document.essay for document in there] == [before.essay]
    assert [document.essay for document in elsewhere] == [after.essay]
    assert len(answered(history)) == 2
    assert find_faults(history, [*there, *elsewhere]) == []
