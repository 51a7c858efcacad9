"""Asked to stop, it ends in good order: nothing in flight is cut off, nothing taken is lost."""

import asyncio
import secrets
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.system.clients import Client
from tests.system.form_folder import write_form
from tests.system.hanging_store import hanging_store
from tests.system.history import Event, Kind, count, find_faults
from tests.system.polling import until
from tests.system.ports import closed_url
from tests.system.posts import FORM_PATH, Post, post_of_a_program
from tests.system.progress import until_delivered
from tests.system.raw_post import HalfPost
from tests.system.service_process import ServiceProcess, running_service
from tests.system.store_view import StoreView

IN_FLIGHT = 50

SIGNALS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda it: it.name)


@SIGNALS
def test_an_idle_service_ends_with_exit_code_0(number: signal.Signals, tmp_path: Path) -> None:
    with running_service(tmp_path, {"STORE_URL": "null:"}) as service:
        service.signal(number)
        assert service.wait() == 0
    assert "Traceback" not in service.log_text()


@SIGNALS
async def test_what_is_in_flight_is_answered_and_nothing_new_is_taken(
    number: signal.Signals, tmp_path: Path
) -> None:
    """F31: all are answered, and it ends with 0."""
    with running_service(tmp_path, {"STORE_URL": "null:"}) as service:
        async with AsyncExitStack() as stack:
            posts = [
                await stack.enter_async_context(HalfPost(service.url, new_post()))
                for _ in range(IN_FLIGHT)
            ]
            service.signal(number)
            await until_refused(service)
            assert await asyncio.to_thread(service.readiness) == 503
            statuses = await asyncio.gather(*(post.finish() for post in posts))
            assert await asyncio.to_thread(service.wait) == 0
    assert statuses == [201] * IN_FLIGHT
    assert "Traceback" not in service.log_text()


async def test_who_only_keeps_a_connection_open_does_not_keep_the_service_from_ending(
    tmp_path: Path,
) -> None:
    with running_service(tmp_path, {"STORE_URL": "null:", "SHUTDOWN_SECONDS": "3600"}) as service:
        async with aiohttp.ClientSession(service.url) as session:
            async with session.get(FORM_PATH) as answer:
                assert answer.status == 200
                await answer.read()
            assert await asyncio.to_thread(service.terminate) == 0


@pytest.mark.parametrize("seconds", ["0", "1"])
async def test_who_never_sends_the_rest_does_not_keep_the_service_from_ending(
    seconds: str, tmp_path: Path
) -> None:
    with running_service(tmp_path, {"STORE_URL": "null:", "SHUTDOWN_SECONDS": seconds}) as service:
        async with HalfPost(service.url, new_post()):
            assert await asyncio.to_thread(service.terminate) == 0


async def test_a_second_signal_ends_it_at_once_though_the_store_hangs(tmp_path: Path) -> None:
    """F34: delivery is cut off, which loses nothing."""
    async with hanging_store() as store_url:
        settings = {"STORE_URL": store_url, "SHUTDOWN_SECONDS": "3600"}
        with running_service(tmp_path, settings) as service:
            async with HalfPost(service.url, new_post()) as post:
                service.signal(signal.SIGTERM)
                await until_refused(service)
                assert await post.finish() == 201
                service.signal(signal.SIGINT)
                assert await asyncio.to_thread(service.wait) == 0


async def test_what_could_not_be_delivered_is_delivered_after_the_next_start(
    opensearch_url: str, index: str, store_view: StoreView, tmp_path: Path
) -> None:
    """F32: the store is away, and the volume stays."""
    history: list[Event] = []
    forms = write_form(tmp_path / "forms", index)
    settings = {"STORE_URL": closed_url(), "FORMS_DIR": forms, "SHUTDOWN_SECONDS": "2"}
    with running_service(tmp_path, settings) as service:
        async with aiohttp.ClientSession(service.url) as session:
            for _ in range(20):
                await Client(session, history).send(new_post())
        assert await asyncio.to_thread(service.terminate) == 0
        assert await store_view.documents() == []
        service.settings["STORE_URL"] = opensearch_url
        await asyncio.to_thread(service.start)
        await until_delivered(store_view, history)
        assert await asyncio.to_thread(service.terminate) == 0
    assert count(history, Kind.OK) == 20
    assert find_faults(history, await store_view.documents()) == []


def new_post() -> Post:
    return post_of_a_program(f"Sega, says {secrets.token_hex(8)}", secrets.token_hex(16))


async def until_refused(service: ServiceProcess) -> None:
    """Wait until the public listener takes no new connections."""

    async def refused() -> bool:
        try:
            async with aiohttp.request("GET", service.url + FORM_PATH):
                return False
        except aiohttp.ClientConnectorError:
            return True

    await until(refused, within_seconds=5, hoping_for="new connections refused")
