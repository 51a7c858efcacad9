"""Keeps several workers running, and stops them in good order.

The port is the supervisor's: it listens before the first worker starts and as long as one runs, and
every worker accepts from the same queue. So nobody is turned away while a worker is replaced, and
another program on the port is noticed. A worker keeps its number, and with it its spool slot: what
a dead one had accepted is delivered by the one in its place, or meanwhile by a neighbour.
"""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog

from service.observability.worker_metrics import WorkerMetrics
from service.running.server import Ending
from service.running.signals import Stop
from service.workers.process import Worker

_LOG = structlog.get_logger(__name__)

GRACE_SECONDS = 5.0
"""What a worker may take beyond its time to stop before it is killed."""

_LOOK_EVERY_SECONDS = 0.1


class StartFailed(Exception):
    """A worker ended before all had started; it said why itself. `code` is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"a worker ended with {code}")
        self.code = code


class Supervisor:
    """Runs the workers. `is_ready` asks one whether it takes submissions."""

    def __init__(
        self,
        workers: Sequence[Worker],
        metrics: WorkerMetrics,
        stop: Stop,
        *,
        is_ready: Callable[[Worker], Awaitable[bool]],
    ) -> None:
        self._workers = workers
        self._metrics = metrics
        self._stop = stop
        self._is_ready = is_ready
        self._started = False
        self._is_stop_told = False

    async def run(self, on_ready: Callable[[], None]) -> Ending:
        """Run until asked to stop; `on_ready` is called once all take submissions.

        Raises StartFailed where one ends before that; all others are stopped then.
        """
        keeping = [asyncio.create_task(self._keep(worker)) for worker in self._workers]
        starting = asyncio.create_task(self._until_ready(on_ready))
        stopping = asyncio.create_task(self._pass_on_stop())
        try:
            codes = await asyncio.gather(*keeping)
        finally:
            for task in (starting, stopping):
                task.cancel()
        if not self._started and (failed := [code for code in codes if code > 0]):
            raise StartFailed(failed[0])
        if any(code not in (0, os.EX_TEMPFAIL) for code in codes):
            return Ending.FAILED
        return Ending.LEFT_BEHIND if os.EX_TEMPFAIL in codes else Ending.WELL

    def reload(self) -> None:
        """Have every worker load its forms again."""
        for worker in self._workers:
            worker.signal(signal.SIGHUP)

    async def _keep(self, worker: Worker) -> int:
        """Run one worker, again and again until the stop; its last exit code."""
        while True:
            since = time.monotonic()
            code = await self._run(worker)
            if self._stop.asked.is_set():
                return code
            if not self._started:
                self._stop.ask()
                return code or 1
            pause = worker.pause_seconds(time.monotonic() - since)
            self._metrics.restarts.labels(worker.number).inc()
            _LOG.error(
                "worker_ended", worker=worker.number, exit_code=code, started_again_in_seconds=pause
            )
            if await self._stopped_within(pause):
                return 0 if code in (0, os.EX_TEMPFAIL) else 1

    async def _run(self, worker: Worker) -> int:
        """One process from start to end: its exit code, or 1 where there was none to be had."""
        try:
            await worker.start()
        except OSError as error:
            _LOG.error("worker_not_started", worker=worker.number, reason=error.strerror)
            return 1
        if self._is_stop_told:  # while this one was being made
            worker.signal(signal.SIGTERM)
        return await worker.wait()

    async def _stopped_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.asked.wait(), seconds)
        return self._stop.asked.is_set()

    async def _until_ready(self, on_ready: Callable[[], None]) -> None:
        waiting = list(self._workers)
        while waiting:
            ready = await asyncio.gather(*map(self._is_ready, waiting))
            waiting = [
                worker for worker, is_ready in zip(waiting, ready, strict=True) if not is_ready
            ]
            if waiting:
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
        self._started = True
        on_ready()

    async def _pass_on_stop(self) -> None:
        """SIGTERM for all, SIGINT where the supervisor is asked once more; SIGKILL for who is there
        long after its time."""
        await self._stop.asked.wait()
        self._is_stop_told = True
        self._tell(signal.SIGTERM)
        late = self._stop.remaining_seconds() + GRACE_SECONDS
        try:
            await asyncio.wait_for(self._stop.hurry.wait(), late)
        except TimeoutError:
            pass
        else:
            self._tell(signal.SIGINT)
            await asyncio.sleep(GRACE_SECONDS)
        _LOG.critical("workers_killed", workers=[worker.number for worker in self._running()])
        self._tell(signal.SIGKILL)

    def _running(self) -> Sequence[Worker]:
        return [worker for worker in self._workers if worker.process_id is not None]

    def _tell(self, number: signal.Signals) -> None:
        for worker in self._running():
            worker.signal(number)
