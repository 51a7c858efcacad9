"""A form file that is gone takes nothing with it: what it took waits until it is back."""

import asyncio
import secrets
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from tests.system.clients import Client
from tests.system.form_folder import FORM, write_form
from tests.system.history import Event, Kind, count, find_faults
from tests.system.polling import until
from tests.system.ports import closed_url
from tests.system.posts import post_of_a_program
from tests.system.progress import until_delivered
from tests.system.service_process import running_service
from tests.system.status_page import read_status
from tests.system.store_view import StoreView, open_store_view

OTHER_FORM = """\
title: Another form
index: {index}-other
fields:
  - {{name: essay, type: text, label: Essay}}
"""


async def test_submissions_wait_for_their_form_seen_by_all_and_go_out_when_it_is_back(
    opensearch_url: str, index: str, store_view: StoreView, tmp_path: Path
) -> None:
    """F50: kept, shown as held with the reason, delivered when the form returns."""
    history: list[Event] = []
    forms = Path(write_form(tmp_path / "forms", index))
    file = forms / f"{FORM}.yaml"
    settings = {"STORE_URL": closed_url(), "FORMS_DIR": str(forms)}
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(open_store_view(opensearch_url, f"{index}-other"))
        service = stack.enter_context(running_service(tmp_path, settings))
        async with aiohttp.ClientSession(service.url) as session:
            for number in range(10):
                post = post_of_a_program(f"Sega, says {number}", secrets.token_hex(16))
                await Client(session, history).send(post)
        assert await asyncio.to_thread(service.terminate) == 0

        file.rename(tmp_path / "put-aside.yaml")
        (forms / "other.yaml").write_text(OTHER_FORM.format(index=index))
        service.settings["STORE_URL"] = opensearch_url
        await asyncio.to_thread(service.start)

        async def told() -> bool:
            holds = (await asyncio.to_thread(read_status, service))["delivery"]["holds"]
            return [each["index"] for each in holds] == [index] and "form file" in str(holds)

        await until(told, within_seconds=20, hoping_for="the hold and its reason in /status")
        status = await asyncio.to_thread(read_status, service)
        assert status["spool"]["pending"]["rows"] == 10
        assert await store_view.documents() == []

        (tmp_path / "put-aside.yaml").rename(file)
        assert await asyncio.to_thread(service.terminate) == 0
        await asyncio.to_thread(service.start)
        await until_delivered(store_view, history)
        assert await asyncio.to_thread(service.terminate) == 0
    assert count(history, Kind.OK) == 10
    assert find_faults(history, await store_view.documents()) == []
