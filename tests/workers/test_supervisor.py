"""The supervisor, over processes that begin and end as a test says."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from service.observability.worker_metrics import WorkerMetrics
from service.running.server import Ending
from service.running.signals import Stop
from service.workers.process import Worker
from service.workers.supervisor import StartFailed, Supervisor

WITHIN_SECONDS = 5.0


class Acted(Worker):
    """Runs nothing. Ends well when it is told to; `begins` says when a start is over."""

    def __init__(self, public: socket.socket) -> None:
        super().__init__(0, public, -1, ())
        self.begins = asyncio.Event()
        self.begins.set()
        self.starting = asyncio.Event()
        self.starts = 0
        self.errors: list[OSError] = []
        self.told: list[signal.Signals] = []
        self.ended: asyncio.Queue[int] = asyncio.Queue()
        self._runs = False

    @property
    def process_id(self) -> int | None:
        return os.getpid() if self._runs else None

    async def start(self) -> None:
        self.starting.set()
        await self.begins.wait()
        self.starts += 1
        if self.errors:
            raise self.errors.pop()
        self._runs = True

    async def wait(self) -> int:
        code = await self.ended.get()
        self._runs = False
        return code

    def pause_seconds(self, lived_seconds: float) -> float:
        return 0.0

    def signal(self, number: signal.Signals) -> None:
        self.told.append(number)
        if number is signal.SIGTERM:
            self.ended.put_nowait(0)


@pytest.fixture
def worker() -> Iterator[Acted]:
    with socket.create_server(("127.0.0.1", 0)) as public, closing(Acted(public)) as acted:
        yield acted


async def is_ready(worker: Worker) -> bool:
    return worker.process_id is not None


@pytest.fixture
def stop() -> Stop:
    return Stop(WITHIN_SECONDS)


@pytest.fixture
def supervisor(worker: Acted, stop: Stop) -> Supervisor:
    return Supervisor([worker], WorkerMetrics(), stop, is_ready=is_ready)


async def test_a_process_that_cannot_be_made_is_tried_again(
    worker: Acted, stop: Stop, supervisor: Supervisor
) -> None:
    """The system may have too little memory, or too many processes, for a moment."""
    ready = asyncio.Event()
    async with asyncio.timeout(WITHIN_SECONDS):
        running = asyncio.create_task(supervisor.run(ready.set))
        await ready.wait()
        worker.errors = [BlockingIOError(11, "Resource temporarily unavailable")]
        worker.ended.put_nowait(-signal.SIGKILL)
        while worker.starts < 3 or worker.process_id is None:  # noqa: ASYNC110 - a start is no event
            await asyncio.sleep(0)
        stop.ask()
        assert await running is Ending.WELL
    assert worker.told == [signal.SIGTERM]


async def test_where_the_first_process_cannot_be_made_the_service_does_not_start(
    worker: Acted, supervisor: Supervisor
) -> None:
    worker.errors = [OSError(12, "Cannot allocate memory")]
    async with asyncio.timeout(WITHIN_SECONDS):
        with pytest.raises(StartFailed) as raised:
            await supervisor.run(lambda: None)
    assert raised.value.code == 1


async def test_a_stop_reaches_the_process_that_is_just_being_made_and_once_only(
    worker: Acted, stop: Stop, supervisor: Supervisor
) -> None:
    """Twice would mean: at once."""
    worker.begins.clear()
    async with asyncio.timeout(WITHIN_SECONDS):
        running = asyncio.create_task(supervisor.run(lambda: None))
        await worker.starting.wait()
        stop.ask()
        for _ in range(3):  # whoever passes it on has had its turn
            await asyncio.sleep(0)
        worker.begins.set()
        assert await running is Ending.WELL
    assert worker.told == [signal.SIGTERM]
