"""Keys change under load, old ones are refused at once: nobody notices, and nothing is lost."""

import asyncio
import json
import os
import urllib.request
from pathlib import Path

import pytest

from tests.opensearch.aws.gateway import REGION, run_gateway
from tests.system.clients import Load, send_load
from tests.system.form_folder import write_form
from tests.system.history import Event, Kind, count, find_faults
from tests.system.key_rotation import SECRET, TOKEN, open_rotation
from tests.system.progress import until_delivered
from tests.system.service_process import ServiceProcess
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
            dead = await asyncio.to_thread(dead_rows, service)
            assert await asyncio.to_thread(service.terminate) == 0
        finally:
            await asyncio.to_thread(service.end)
        documents = await store_view.documents()
    assert find_faults(history, documents) == []
    assert len(documents) == LOAD.submissions
    assert count(history, Kind.FAIL) == count(history, Kind.INFO) == 0
    assert dead == 0
    assert len(set(gateway.signed_by)) >= 10
    assert len(gateway.refused) >= 10, "no key was refused: nothing was tested"
    said = service.log_text()
    for secret in (SECRET, TOKEN, LOAD.name):
        assert secret not in said


def only_from_the_container(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the service one source of credentials, and none of whoever runs the tests."""
    for name in os.environ:
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(folder / "missing"))


def dead_rows(service: ServiceProcess) -> int:
    """How many dead letters the status page counts."""
    with urllib.request.urlopen(f"{service.internal_url}/status", timeout=5) as answer:  # noqa: S310
        rows = json.load(answer)["spool"]["dead"]["rows"]
    assert isinstance(rows, int)
    return rows
