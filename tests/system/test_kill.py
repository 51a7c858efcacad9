"""Killed in the middle of the work, three times: no receipt is lost, no submission doubled.

This does not prove that a commit survives a power cut (the kernel keeps what a killed process
wrote); the tests of the spool do. It proves that nothing is answered before its commit, and that
what was in flight to the store is sent again under the same id.
"""

import asyncio
from pathlib import Path

import pytest

from tests.system.clients import Load, send_load
from tests.system.form_folder import write_form
from tests.system.history import Event, Kind, count, find_faults
from tests.system.progress import until_delivered, until_receipts
from tests.system.service_process import ServiceProcess, running_service
from tests.system.store_view import StoreView

pytestmark = pytest.mark.slow

LOAD = Load(name="Genesis, load A", submissions=2_000, per_second=100)
KILL_AFTER_RECEIPTS = (500, 1_000, 1_500)


def crash(service: ServiceProcess) -> None:
    service.kill()
    service.start()


async def test_every_receipt_is_in_the_store_once_though_the_process_was_killed_three_times(
    opensearch_url: str, index: str, store_view: StoreView, tmp_path: Path
) -> None:
    history: list[Event] = []
    forms = write_form(tmp_path / "forms", index)
    with running_service(tmp_path, {"STORE_URL": opensearch_url, "FORMS_DIR": forms}) as service:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(send_load(service.url, LOAD, history))
            for receipts in KILL_AFTER_RECEIPTS:
                await until_receipts(history, receipts)
                await asyncio.to_thread(crash, service)
        await until_delivered(store_view, history)
        assert await asyncio.to_thread(service.terminate) == 0
    documents = await store_view.documents()
    assert find_faults(history, documents) == []
    assert len({event.essay for event in history}) == LOAD.submissions
    assert count(history, Kind.FAIL) + count(history, Kind.INFO) > 0, "no client noticed a kill"
    refusals = {event.detail for event in history if event.kind is Kind.FAIL}
    assert refusals <= {"nobody there"}
    assert LOAD.name not in service.log_text(), "an answer is in the log"
