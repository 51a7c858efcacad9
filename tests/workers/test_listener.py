"""The page of all workers, where one of them does not answer."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from http import HTTPStatus

import aiohttp
import pytest
from aiohttp import web

from service.observability.worker_metrics import WorkerMetrics
from service.setting_values import Address
from service.workers.listener import Asking, create_workers_app
from service.workers.process import Worker
from tests.web.listening import listening

WITHIN_SECONDS = 5.0
LONG_SECONDS = 60.0


class Placed(Worker):
    """A worker whose process is elsewhere, or nowhere. At its own address it accepts nobody."""

    def __init__(
        self, number: int, public: socket.socket, *, process_id: int | None, at: str | None = None
    ) -> None:
        super().__init__(number, public, -1, ())
        self._id = process_id
        self._at = at

    @property
    def process_id(self) -> int | None:
        return self._id

    @property
    def internal(self) -> Address:
        if self._at is None:
            return super().internal
        host, _, port = self._at.removeprefix("http://").rpartition(":")
        return Address(host=host, port=int(port))


@pytest.fixture
def public() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@asynccontextmanager
async def answering(text: str, status: HTTPStatus = HTTPStatus.OK) -> AsyncIterator[str]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, status=status)

    app = web.Application()
    app.router.add_get("/{path}", answer)
    async with listening(app) as address:
        yield address


async def ask(path: str, *workers: Worker) -> tuple[int, str]:
    """What all of them say together, within less time than one of them is waited for."""
    asking = Asking(workers, within_seconds=LONG_SECONDS)
    try:
        async with (
            asyncio.timeout(WITHIN_SECONDS),
            listening(create_workers_app(asking, WorkerMetrics())) as address,
            aiohttp.ClientSession() as client,
            client.get(f"{address}{path}") as response,
        ):
            return response.status, await response.text()
    finally:
        await asking.close()


async def test_who_asks_whether_it_is_ready_does_not_wait_for_a_worker_that_hangs(
    public: socket.socket,
) -> None:
    """Kubernetes gives a probe one second, and would take all workers out of service."""
    async with answering("ready\n") as ready:
        with (
            closing(Placed(0, public, process_id=1)) as hanging,
            closing(Placed(1, public, process_id=1, at=ready)) as well,
        ):
            assert await ask("/readyz", hanging, well) == (200, "ready\n")


async def test_a_worker_without_a_process_is_not_asked(public: socket.socket) -> None:
    """Its socket listens all the while, for the next one."""
    async with answering("draining\n", HTTPStatus.SERVICE_UNAVAILABLE) as ending:
        with (
            closing(Placed(0, public, process_id=None)) as dead,
            closing(Placed(1, public, process_id=1, at=ending)) as draining,
        ):
            assert await ask("/readyz", dead, draining) == (503, "draining\n")
            assert await ask("/readyz", dead) == (503, "starting\n")
            status, metrics = await ask("/metrics", dead)
    assert status == HTTPStatus.OK
    assert 'formwell_worker_up{worker="0"} 0.0' in metrics


async def test_a_worker_that_cannot_say_how_it_stands_spoils_no_page(public: socket.socket) -> None:
    async with answering("It failed.", HTTPStatus.INTERNAL_SERVER_ERROR) as failing:
        with closing(Placed(0, public, process_id=1, at=failing)) as failed:
            status, page = await ask("/status", failed)
    assert status == HTTPStatus.OK
    assert '"not_ready_because": "it does not answer"' in page
