"""Two instances behind the recommended nginx: restarted or killed in turn, and nobody notices."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from itertools import cycle, islice
from pathlib import Path

import aiohttp
import pytest

from tests.system.clients import Load, send_load
from tests.system.form_folder import write_form
from tests.system.history import Event, Kind, count, find_faults
from tests.system.nginx import running_nginx
from tests.system.posts import FORM_PATH, post_of_a_program
from tests.system.progress import until_delivered, until_receipts
from tests.system.service_process import ServiceProcess, running_service
from tests.system.store_view import StoreView

pytestmark = pytest.mark.slow

LOAD = Load(name="Genesis, load R", clients=40, submissions=3_000, per_second=200)


@contextlib.asynccontextmanager
async def two_instances(
    opensearch_url: str, index: str, folder: Path
) -> AsyncIterator[tuple[ServiceProcess, ServiceProcess]]:
    settings = {
        "STORE_URL": opensearch_url,
        "FORMS_DIR": write_form(folder / "forms", index),
        "SECRET_KEYS": secrets.token_hex(32),
        "TRUSTED_PROXIES": "127.0.0.1/32",
    }
    with (
        running_service(folder / "first", settings) as first,
        running_service(folder / "second", settings) as second,
    ):
        yield first, second


def restart(service: ServiceProcess) -> None:
    assert service.terminate() == 0
    service.start()


def crash(service: ServiceProcess) -> None:
    service.kill()
    service.start()


@pytest.mark.parametrize(("end_and_start", "times"), [(restart, 5), (crash, 2)])
async def test_no_request_fails_while_instances_end_and_start_in_turn(
    end_and_start: Callable[[ServiceProcess], None],
    times: int,
    opensearch_url: str,
    index: str,
    store_view: StoreView,
    tmp_path: Path,
) -> None:
    """F31 and F39: what was sent to an instance that ended is repeated by the proxy; one document.

    Every client's every attempt gets its receipt: no refusal, no connection that breaks off.
    """
    history: list[Event] = []
    async with two_instances(opensearch_url, index, tmp_path) as instances:
        with running_nginx(tmp_path / "nginx", [each.url for each in instances]) as url:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(send_load(url, LOAD, history))
                for number, instance in enumerate(islice(cycle(instances), times), start=1):
                    await until_receipts(history, number * LOAD.submissions // (times + 1))
                    await asyncio.to_thread(end_and_start, instance)
        await until_delivered(store_view, history)
        for instance in instances:
            assert await asyncio.to_thread(instance.terminate) == 0
    refused = [event for event in history if event.kind in (Kind.FAIL, Kind.INFO)]
    assert refused == []
    assert count(history, Kind.OK) >= LOAD.submissions
    assert find_faults(history, await store_view.documents()) == []


async def test_each_instance_knows_the_receipts_of_the_other(
    opensearch_url: str, index: str, store_view: StoreView, tmp_path: Path
) -> None:
    async with (
        two_instances(opensearch_url, index, tmp_path) as (first, second),
        aiohttp.ClientSession() as session,
    ):
        post = post_of_a_program("Sega, by a lucky receipt", secrets.token_hex(16))
        async with session.post(
            first.url + FORM_PATH, data=post.body, headers=post.headers
        ) as answer:
            assert answer.status == 201
            taken = await answer.json()
        path = taken["status_url"].removeprefix(first.url)
        for instance in (first, second):
            async with session.get(instance.url + path) as answer:
                assert answer.status == 200
                assert taken["reference"] in await answer.text()
        async with session.post(
            second.url + FORM_PATH, data=post.body, headers=post.headers
        ) as answer:
            assert (await answer.json())["receipt"] == taken["receipt"]
