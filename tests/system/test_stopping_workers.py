"""The end of several workers, as whoever watches over the service brings it about."""

import asyncio
import json
import os
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.system.form_folder import write_form
from tests.system.raw_post import HalfPost
from tests.system.service_process import ServiceProcess, running_service
from tests.system.submitting import new_post

pytestmark = pytest.mark.slow


def settings(folder: Path, **more: str) -> dict[str, str]:
    forms = write_form(folder / "forms", "quiz-answers")
    return {"STORE_URL": "null:", "FORMS_DIR": forms, "WORKERS": "2", **more}


def signal_each_worker(service: ServiceProcess, number: signal.Signals) -> None:
    with urllib.request.urlopen(f"{service.internal_url}/status", timeout=10) as answer:
        workers = json.loads(answer.read())["workers"]
    for worker in workers:
        os.kill(worker["process_id"], number)


async def test_a_stop_that_reaches_every_process_is_no_hurry(tmp_path: Path) -> None:
    """As systemd stops a unit: what is in flight has its answer all the same."""
    with running_service(tmp_path, settings(tmp_path, SHUTDOWN_SECONDS="20")) as service:
        async with HalfPost(service.url, new_post()) as post:
            await asyncio.to_thread(signal_each_worker, service, signal.SIGTERM)
            service.signal(signal.SIGTERM)
            await asyncio.sleep(1)  # longer than anybody is waited for in a hurry
            assert await post.finish() == 201
        assert await asyncio.to_thread(service.wait) == 0


async def test_a_second_signal_waits_for_no_client_of_any_worker(tmp_path: Path) -> None:
    """F34: with several workers."""
    with running_service(tmp_path, settings(tmp_path, SHUTDOWN_SECONDS="3600")) as service:
        async with HalfPost(service.url, new_post()) as post:
            service.signal(signal.SIGTERM)
            service.signal(signal.SIGINT)
            assert await asyncio.to_thread(service.wait) == 0
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await post.finish()
    assert "workers_killed" not in service.log_text()
