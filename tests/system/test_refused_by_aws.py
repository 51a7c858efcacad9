"""AWS refuses the service for a while: it says why, takes answers, and goes on by itself."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.opensearch.aws.gateway import REGION, Gateway, run_gateway
from tests.system.clients import Load, send_load
from tests.system.form_folder import write_form
from tests.system.history import Event, Kind, count, find_faults
from tests.system.key_rotation import SECRET, TOKEN, only_from_the_container, open_rotation
from tests.system.polling import until
from tests.system.progress import until_delivered
from tests.system.service_process import ServiceProcess
from tests.system.status_page import read_status
from tests.system.store_view import StoreView

pytestmark = pytest.mark.slow

ROLE = "arn:aws:sts::123456789012:assumed-role/forms/i-0abc"
DENIED = {"Message": f"User: {ROLE} is not authorized to perform: es:ESHttpPost"}


def put_the_clock_off(gateway: Gateway, index: str) -> None:
    gateway.clock_ahead = timedelta(minutes=10)


def deny_the_index(gateway: Gateway, index: str) -> None:
    gateway.denied = {index: DENIED}


def forget_the_keys(gateway: Gateway, index: str) -> None:
    gateway.keys = {}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (put_the_clock_off, "behind the store's"),
        (deny_the_index, f"{ROLE} may not perform es:ESHttpPost"),
        (forget_the_keys, "does not know the credentials' key or token"),
    ],
)
async def test_it_is_held_with_the_reason_and_resumes_without_a_restart(
    opensearch_url: str,
    index: str,
    store_view: StoreView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: object,
    words: str,
) -> None:
    """F22: a clock that is off, a right that is missing, keys that are not known any more."""
    assert callable(fault)
    load = Load(name=f"Genesis, load {words[:6]}", submissions=60, per_second=30)
    history: list[Event] = []
    forms = write_form(tmp_path / "forms", index)
    async with run_gateway(opensearch_url) as gateway, open_rotation(gateway) as keys:
        only_from_the_container(keys.url, tmp_path, monkeypatch)
        accepted = gateway.keys
        fault(gateway, index)
        settings = {
            "STORE_URL": gateway.url,
            "FORMS_DIR": forms,
            "AWS_SERVICE": "es",
            "AWS_REGION": REGION,
        }
        service = ServiceProcess(tmp_path, settings)
        try:
            await asyncio.to_thread(service.start)
            await send_load(service.url, load, history)

            async def held() -> bool:
                status = await asyncio.to_thread(read_status, service)
                return any(words in hold["reason"] for hold in status["delivery"]["holds"])

            await until(held, within_seconds=30, hoping_for=words)
            status = await asyncio.to_thread(read_status, service)
            assert status["spool"]["pending"]["rows"] == load.submissions
            assert await asyncio.to_thread(service.readiness) == 200

            gateway.clock_ahead, gateway.denied, gateway.keys = timedelta(), {}, accepted
            await until_delivered(store_view, history)
            status = await asyncio.to_thread(read_status, service)
            assert await asyncio.to_thread(service.terminate) == 0
        finally:
            await asyncio.to_thread(service.end)
        documents = await store_view.documents()
    assert status["spool"]["dead"]["rows"] == 0
    assert find_faults(history, documents) == []
    assert len(documents) == load.submissions
    assert count(history, Kind.FAIL) == count(history, Kind.INFO) == 0
    said = service.log_text()
    assert words in said
    for secret in (SECRET, TOKEN, load.name):
        assert secret not in said
