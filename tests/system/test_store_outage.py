"""OpenSearch goes away in the middle of the work and comes back: people notice nothing."""

import asyncio
from pathlib import Path

import pytest

from tests.opensearch_server import temporary_server
from tests.system.clients import Load, send_load
from tests.system.form_folder import write_form
from tests.system.history import Event, Kind, count, find_faults
from tests.system.progress import until_delivered, until_receipts, watched_readiness
from tests.system.service_process import running_service
from tests.system.store_view import open_store_view

pytestmark = pytest.mark.slow

LOAD = Load(name="Genesis, load B", submissions=2_000, per_second=100)
TAKEN_WHILE_AWAY = 500


async def test_nothing_is_refused_or_lost_while_the_store_is_stopped_and_started_again(
    index: str, tmp_path: Path
) -> None:
    """F14: a real OpenSearch is stopped under load, and started again."""
    history: list[Event] = []
    forms = write_form(tmp_path / "forms", index)
    with (
        temporary_server() as store,
        running_service(tmp_path, {"STORE_URL": store.url, "FORMS_DIR": forms}) as service,
    ):
        async with watched_readiness(service.internal_url) as statuses:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(send_load(service.url, LOAD, history))
                await until_receipts(history, 500)
                await asyncio.to_thread(store.stop)
                await until_receipts(history, count(history, Kind.OK) + TAKEN_WHILE_AWAY)
                await asyncio.to_thread(store.start)
            async with open_store_view(store.url, index) as view:
                await until_delivered(view, history)
                assert await asyncio.to_thread(service.readiness) == 200
                documents = await view.documents()
        assert await asyncio.to_thread(service.terminate) == 0
    assert find_faults(history, documents) == []
    assert len(documents) == LOAD.submissions
    assert count(history, Kind.FAIL) == count(history, Kind.INFO) == 0
    assert set(statuses) == {200}
