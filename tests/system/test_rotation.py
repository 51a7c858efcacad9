"""Keys change under load, old ones are refused at once: nobody notices, and nothing is lost."""

import asyncio
from pathlib import Path

import pytest

from tests.opensearch.aws.gateway import REGION, run_gateway
from tests.system.clients import Load, send_load
from tests.system.form_folder import write_form
from tests.system.history import Event, Kind, count, find_faults
from tests.system.key_rotation import SECRET, TOKEN, only_from_the_container, open_rotation
from tests.system.progress import until_delivered
from tests.system.service_process import ServiceProcess
from tests.system.status_page import read_status
from tests.system.store_view import StoreView

pytestmark = pytest.mark.slow

LOAD = Load(name="Genesis, load R", submissions=1_200, per_second=20)
ROTATED_EVERY_SECONDS = 3.0


async def test_nothing_is_lost_or_doubled_while_keys_are_rotated(
    opensearch_url: str,
    index: str,
    store_view: StoreView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """F23: the old keys are refused in the middle of the work, again and again."""
    history: list[Event] = []
    forms = write_form(tmp_path / "forms", index)
    async with run_gateway(opensearch_url) as gateway, open_rotation(gateway) as rotation:
        only_from_the_container(rotation.url, tmp_path, monkeypatch)
        settings = {
            "STORE_URL": gateway.url,
            "FORMS_DIR": forms,
            "AWS_SERVICE": "es",
            "AWS_REGION": REGION,
        }
        service = ServiceProcess(tmp_path, settings)
        try:
            await asyncio.to_thread(service.start)
            async with asyncio.TaskGroup() as tasks:
                rotating = tasks.create_task(rotation.keep_rotating(ROTATED_EVERY_SECONDS))
                await send_load(service.url, LOAD, history)
                rotating.cancel()
            await until_delivered(store_view, history)
            status = await asyncio.to_thread(read_status, service)
            assert await asyncio.to_thread(service.terminate) == 0
        finally:
            await asyncio.to_thread(service.end)
        documents = await store_view.documents()
    assert find_faults(history, documents) == []
    assert len(documents) == LOAD.submissions
    assert count(history, Kind.FAIL) == count(history, Kind.INFO) == 0
    assert status["spool"]["dead"]["rows"] == 0
    assert len(set(gateway.signed_by)) >= 10
    assert len(gateway.refused) >= 10, "no key was refused: nothing was tested"
    said = service.log_text()
    for secret in (SECRET, TOKEN, LOAD.name):
        assert secret not in said
