"""Stopping where not everything can be delivered: on an ephemeral volume, in a hurry, and stopped
by a signal that asks nobody."""

import asyncio
import json
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.system.accepting_store import AcceptingStore, accepting_store
from tests.system.clients import Client
from tests.system.form_folder import write_form
from tests.system.hanging_store import hanging_store
from tests.system.history import Event, Kind, count, find_faults
from tests.system.polling import until
from tests.system.ports import closed_url
from tests.system.progress import until_delivered, until_receipts
from tests.system.raw_post import HalfPost
from tests.system.service_process import ServiceProcess, running_service
from tests.system.status_page import read_status
from tests.system.store_view import StoreView
from tests.system.submitting import new_post, submit

EPHEMERAL = {"VOLUME": "ephemeral", "SHUTDOWN_SECONDS": "2"}
ROWS = 20
LEFT_BEHIND = 75


async def test_an_ephemeral_volume_with_answers_in_it_ends_with_75_and_says_how_many(
    tmp_path: Path,
) -> None:
    """F33: the store stays away; and what was left is delivered by a start on the same volume."""
    async with accepting_store() as store:
        with running_service(tmp_path, {"STORE_URL": store.url, **EPHEMERAL}) as service:
            receipts = await submit(service, ROWS)
            assert await asyncio.to_thread(service.terminate) == LEFT_BEHIND
            line = logged(service, "answers_left_behind")
            assert line["level"] == "critical"
            assert line["pending"] == ROWS
            assert line["oldest_pending_seconds"] >= 1.0
            assert not any(receipt in json.dumps(line) for receipt in receipts)
            store.come_back()
            await asyncio.to_thread(service.start)
            await until_stored(store, receipts)
            assert await asyncio.to_thread(service.terminate) == 0


@pytest.mark.slow
async def test_an_ephemeral_volume_is_flushed_to_a_store_that_comes_back_in_time(
    tmp_path: Path,
) -> None:
    """F33: the flush goes on until the volume is empty, or the time is up."""
    settings = {**EPHEMERAL, "SHUTDOWN_SECONDS": "30"}
    async with accepting_store() as store:
        with running_service(tmp_path, {"STORE_URL": store.url, **settings}) as service:
            receipts = await submit(service, ROWS)
            await until_given_up_on(service)
            service.signal(signal.SIGTERM)

            async def is_draining() -> bool:
                return await asyncio.to_thread(service.readiness) in (503, None)

            await until(is_draining, within_seconds=10, hoping_for="a stop that has begun")
            store.come_back()
            assert await asyncio.to_thread(service.wait) == 0
        assert store.ids == set(receipts)


async def test_a_persistent_volume_with_answers_in_it_is_a_clean_end(tmp_path: Path) -> None:
    """F32: what waits is safe there."""
    with running_service(tmp_path, {"STORE_URL": closed_url()}) as service:
        await submit(service, ROWS)
        assert await asyncio.to_thread(service.terminate) == 0
        assert logged(service, "stopped")["pending"] == ROWS


@pytest.mark.parametrize("volume", ["persistent", "ephemeral"])
async def test_a_second_signal_waits_neither_for_a_client_nor_for_the_store(
    volume: str, tmp_path: Path
) -> None:
    """F34: the store hangs and a client never sends the rest; no half of a row is left."""
    async with hanging_store() as store_url:
        settings = {"STORE_URL": store_url, "SHUTDOWN_SECONDS": "3600", "VOLUME": volume}
        with running_service(tmp_path, settings) as service:
            await submit(service, 3)
            async with HalfPost(service.url, new_post()) as post:
                service.signal(signal.SIGTERM)
                service.signal(signal.SIGINT)
                code = await asyncio.to_thread(service.wait)
                assert code == (LEFT_BEHIND if volume == "ephemeral" else 0)
                with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                    await post.finish()  # it was not even told that it was too slow
            assert logged(service, "stopped")["pending"] == 3
        assert "Traceback" not in service.log_text()


@pytest.mark.slow
async def test_a_process_that_stood_still_answers_again_and_doubles_nothing(
    opensearch_url: str, index: str, store_view: StoreView, tmp_path: Path
) -> None:
    """F35: SIGSTOP, for longer than its clients wait before they send the same again."""
    history: list[Event] = []
    settings = {"STORE_URL": opensearch_url, "FORMS_DIR": write_form(tmp_path / "forms", index)}
    with running_service(tmp_path, settings) as service:
        timeout = aiohttp.ClientTimeout(total=0.5)
        async with aiohttp.ClientSession(service.url, timeout=timeout) as session:
            client = Client(session, history)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(send_many(client, ROWS))
                await until_receipts(history, ROWS // 4)
                service.signal(signal.SIGSTOP)
                tasks.create_task(send_many(client, ROWS))
                await until_given_up(history, 6)
                assert await asyncio.to_thread(service.readiness) is None
                service.signal(signal.SIGCONT)
        assert await asyncio.to_thread(service.readiness) == 200
        await until_delivered(store_view, history)
        assert await asyncio.to_thread(service.terminate) == 0
    assert count(history, Kind.OK) == 2 * ROWS
    assert find_faults(history, await store_view.documents()) == []
    assert "Traceback" not in service.log_text()


async def send_many(client: Client, many: int) -> None:
    for _ in range(many):
        await client.send(new_post())


async def until_given_up(history: list[Event], times: int) -> None:
    async def given_up() -> bool:
        return count(history, Kind.INFO) >= times

    await until(given_up, within_seconds=30, hoping_for=f"{times} requests without an answer")


async def until_given_up_on(service: ServiceProcess) -> None:
    """Wait until delivery only probes: what a stop does not wait for where the volume stays."""

    async def probes() -> bool:
        delivery = (await asyncio.to_thread(read_status, service))["delivery"]
        return bool(delivery["circuit_open"] or delivery["holds"])

    await until(probes, within_seconds=40, hoping_for="an open circuit, or a hold")


async def until_stored(store: AcceptingStore, receipts: list[str]) -> None:
    async def is_stored() -> bool:
        return store.ids == set(receipts)

    await until(is_stored, within_seconds=40, hoping_for="every receipt in the store")


def logged(service: ServiceProcess, event: str) -> Mapping[str, Any]:
    """The one line of the log with this event."""
    lines = [json.loads(line) for line in service.log_text().splitlines() if f'"{event}"' in line]
    (line,) = lines
    assert isinstance(line, dict)
    return line
