"""Several workers on one port: one may die, and nobody outside knows of it."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.system.clients import Load, send_load
from tests.system.form_folder import write_form
from tests.system.history import Event, Kind, count, find_faults
from tests.system.polling import until
from tests.system.progress import until_delivered, until_receipts
from tests.system.service_process import ServiceProcess, environment, running_service
from tests.system.store_view import StoreView
from tests.system.submitting import submit

pytestmark = pytest.mark.slow

LOAD = Load(name="Genesis, says one of many", submissions=900, per_second=150)
KILL_AFTER_RECEIPTS = (250, 500)
WITHIN_SECONDS = 30.0


def get(service: ServiceProcess, path: str) -> str:
    with urllib.request.urlopen(f"{service.internal_url}{path}", timeout=10) as answer:
        text: str = answer.read().decode()
        return text


def process_ids(service: ServiceProcess) -> list[int | None]:
    return [worker["process_id"] for worker in json.loads(get(service, "/status"))["workers"]]


async def until_all_are_ready(service: ServiceProcess) -> None:
    async def ready() -> bool:
        workers = json.loads(await asyncio.to_thread(get, service, "/status"))["workers"]
        return all(worker["ready"] for worker in workers)

    await until(ready, within_seconds=WITHIN_SECONDS, hoping_for="every worker")


def sample(service: ServiceProcess, name: str) -> dict[str, float]:
    """The samples of a metric by worker."""
    found = re.findall(rf'^{name}{{worker="(\d+)".*}} (\S+)$', get(service, "/metrics"), re.M)
    samples: dict[str, float] = {}
    for worker, value in found:
        samples[worker] = samples.get(worker, 0.0) + float(value)
    return samples


def visit(service: ServiceProcess, times: int) -> None:
    """The page, by a connection of its own each time."""
    for _ in range(times):
        with urllib.request.urlopen(f"{service.url}/f/console-wars", timeout=10) as answer:
            assert answer.status == 200


def is_there(process_id: int | None) -> bool:
    try:
        os.kill(process_id or 0, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_worker_that_dies_is_replaced_and_nothing_is_lost_or_doubled(
    opensearch_url: str, index: str, store_view: StoreView, tmp_path: Path
) -> None:
    history: list[Event] = []
    settings = {
        "STORE_URL": opensearch_url,
        "FORMS_DIR": write_form(tmp_path / "forms", index),
        "WORKERS": "2",
    }
    with running_service(tmp_path, settings) as service:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(send_load(service.url, LOAD, history))
            for number, receipts in enumerate(KILL_AFTER_RECEIPTS):
                await until_receipts(history, receipts)
                await until_all_are_ready(service)
                victim = (await asyncio.to_thread(process_ids, service))[number]
                assert victim is not None
                os.kill(victim, signal.SIGKILL)
                assert await asyncio.to_thread(service.readiness) == 200
        await until_delivered(store_view, history)
        restarts = await asyncio.to_thread(sample, service, "formwell_worker_restarts_total")
        await until_all_are_ready(service)
        await asyncio.to_thread(visit, service, 60)
        answered = await asyncio.to_thread(sample, service, "formwell_request_seconds_count")
        assert await asyncio.to_thread(service.terminate) == 0
    assert find_faults(history, await store_view.documents()) == []
    assert count(history, Kind.OK) >= LOAD.submissions * 9 // 10
    assert restarts == {"0": 1.0, "1": 1.0}
    assert all(answered[worker] > 0 for worker in ("0", "1"))


async def test_no_worker_outlives_its_supervisor_and_all_load_forms_again(tmp_path: Path) -> None:
    forms = write_form(tmp_path / "forms", "quiz-answers")
    settings = {"STORE_URL": "null:", "FORMS_DIR": forms, "WORKERS": "2"}
    with running_service(tmp_path, settings) as service:
        await submit(service, 20)
        (tmp_path / "forms" / "another.yaml").write_text(
            "title: Another\nfields: [{name: a, type: text, label: A}]\n"
        )
        service.signal(signal.SIGHUP)

        async def loaded() -> bool:
            workers = json.loads(await asyncio.to_thread(get, service, "/status"))["workers"]
            return all("another" in worker.get("forms", {}) for worker in workers)

        await until(loaded, within_seconds=WITHIN_SECONDS, hoping_for="the other form everywhere")
        workers = await asyncio.to_thread(process_ids, service)
        await asyncio.to_thread(service.kill)

        async def ended() -> bool:
            return not any(map(is_there, workers))

        await until(ended, within_seconds=WITHIN_SECONDS, hoping_for="the end of all workers")
        await asyncio.to_thread(service.start)
        assert await asyncio.to_thread(service.terminate) == 0


def test_where_a_worker_cannot_start_none_does_and_the_reason_is_said(tmp_path: Path) -> None:
    forms = write_form(tmp_path / "forms", "quiz-answers")
    settings = {"STORE_URL": "null:", "FORMS_DIR": forms, "SLOT": "1"}
    with running_service(tmp_path, settings) as other:
        ended = subprocess.run(
            [sys.executable, "-m", "service", "serve", "--workers", "3"],
            cwd=tmp_path,
            env=environment(
                {
                    **other.settings,
                    "SLOT": "",
                    "PUBLIC_BIND": "127.0.0.1:0",
                    "INTERNAL_BIND": "127.0.0.1:0",
                }
            ),
            capture_output=True,
            text=True,
            timeout=WITHIN_SECONDS,
            check=False,
        )
    assert ended.returncode == 1
    assert "slot-1" in ended.stderr
    assert "Traceback" not in ended.stderr
