"""Answers to bulks that say nothing certain: none is believed, and nothing is lost or doubled."""

import asyncio
import secrets
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest

from tests.opensearch.lying_server import Answer, hang_up, say, stop_in_the_middle
from tests.system.clients import Client
from tests.system.forging_proxy import ForgingProxy, forging_proxy
from tests.system.form_folder import write_form
from tests.system.history import Event, answered, find_faults
from tests.system.polling import until
from tests.system.posts import post_of_a_program
from tests.system.service_process import ServiceProcess, running_service
from tests.system.status_page import row_counts, until_settled
from tests.system.store_view import StoreView

pytestmark = pytest.mark.slow

SEVERAL = 10
WITHIN_SECONDS = 30.0

NO_ANSWERS: Mapping[str, Answer] = {
    "cut off": stop_in_the_middle,
    "a page": say("<!doctype html><title>Welcome</title>", content_type="text/html"),
    "other items": say('{"took": 1, "errors": false, "items": [{"create": {"status": 201}}]}'),
}


@pytest.fixture
def forms(index: str, tmp_path: Path) -> str:
    return write_form(tmp_path / "forms", index)


async def test_a_connection_that_breaks_after_the_store_did_a_bulk_costs_nothing(
    opensearch_url: str, store_view: StoreView, forms: str, tmp_path: Path
) -> None:
    """F16: it is sent again; that all of it is there already is a success."""
    history: list[Event] = []
    async with forging_proxy(opensearch_url) as proxy:
        settings = {"STORE_URL": proxy.url, "FORMS_DIR": forms}
        with running_service(tmp_path, settings) as service:
            proxy.behind = hang_up
            await send_several(service, history)
            await until_forged(proxy, 2)
            assert await row_counts(service) == (SEVERAL, 0, 0)
            proxy.behind = None
            await until_settled(service, rows=SEVERAL)
            assert await asyncio.to_thread(service.terminate) == 0
    assert len(answered(history)) == SEVERAL
    assert find_faults(history, await store_view.documents()) == []


@pytest.mark.parametrize("is_done", [False, True], ids=["not done", "done"])
async def test_an_answer_that_is_none_is_not_believed_whether_the_bulk_was_done_or_not(
    is_done: bool, opensearch_url: str, store_view: StoreView, forms: str, tmp_path: Path
) -> None:
    """F17: each has status 200, as if all were well."""
    history: list[Event] = []
    async with forging_proxy(opensearch_url) as proxy:
        settings = {"STORE_URL": proxy.url, "FORMS_DIR": forms}
        with running_service(tmp_path, settings) as service:
            for number, (name, answer) in enumerate(NO_ANSWERS.items(), start=1):
                forged = proxy.forged
                proxy.before, proxy.behind = (None, answer) if is_done else (answer, None)
                await send_several(service, history)
                await until_forged(proxy, forged + 2)
                delivered = SEVERAL * (number - 1)
                assert await row_counts(service) == (SEVERAL, delivered, 0), name
                proxy.before = proxy.behind = None
                await until_settled(service, rows=SEVERAL * number)
            assert await asyncio.to_thread(service.terminate) == 0
    assert len(answered(history)) == SEVERAL * len(NO_ANSWERS)
    assert find_faults(history, await store_view.documents()) == []


async def send_several(service: ServiceProcess, history: list[Event]) -> None:
    """Send different submissions at once; each gets its receipt."""
    async with aiohttp.ClientSession(service.url) as session, asyncio.TaskGroup() as tasks:
        for _ in range(SEVERAL):
            post = post_of_a_program(f"Sega, says {secrets.token_hex(8)}", secrets.token_hex(16))
            tasks.create_task(Client(session, history).send(post, repeat_for_seconds=0))


async def until_forged(proxy: ForgingProxy, times: int) -> None:
    """Wait until this many bulks had another answer than the store's."""

    async def forged() -> bool:
        return proxy.forged >= times

    await until(forged, within_seconds=WITHIN_SECONDS, hoping_for=f"{times} forged answers")
