"""The internal listener of all workers together: asks each of them, and puts it on one page."""

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus

import aiohttp
from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from service.observability.metrics import Metrics
from service.observability.worker_metrics import WorkerMetrics
from service.web.keys import METRICS
from service.workers.exposition import merge
from service.workers.process import Worker

ASK_SECONDS = 2.0
"""A worker that does not answer for so long is left out of the page."""

_NO_STORE = {"Cache-Control": "no-store"}


class Asking:
    """Asks workers about themselves, and waits for each for so long; made inside the loop, closed
    at the end."""

    def __init__(self, workers: Sequence[Worker], *, within_seconds: float = ASK_SECONDS) -> None:
        self.workers = workers
        self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=within_seconds))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def ask(self, worker: Worker, path: str) -> tuple[int, str] | None:
        """Status and text; None where it does not answer."""
        if worker.process_id is None:  # its socket listens on, so that asking would take its time
            return None
        try:
            async with self._client.get(f"http://{worker.internal}{path}") as response:
                return response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def ask_all(self, path: str) -> Sequence[tuple[int, str] | None]:
        """The answer of each worker, in their order."""
        return await asyncio.gather(*(self.ask(worker, path) for worker in self.workers))

    async def is_ready(self, worker: Worker) -> bool:
        """Whether a worker takes submissions now."""
        answer = await self.ask(worker, "/readyz")
        return answer is not None and answer[0] == HTTPStatus.OK

    async def obstacles(self) -> Collection[str]:
        """Why no worker takes submissions; nothing as soon as one says that it does, so that nobody
        waits for another that hangs."""
        asked = [asyncio.create_task(self.ask(worker, "/readyz")) for worker in self.workers]
        told: set[str] = set()
        try:
            for one in asyncio.as_completed(asked):
                answer = await one
                if answer is not None and answer[0] == HTTPStatus.OK:
                    return ()
                if answer is not None:
                    told.add(answer[1].strip())
        finally:
            for task in asked:
                task.cancel()
        return told or {"starting"}


ASKING = web.AppKey("ASKING", Asking)
WORKER_METRICS = web.AppKey("WORKER_METRICS", WorkerMetrics)


def create_workers_app(asking: Asking, metrics: WorkerMetrics) -> web.Application:
    """What orchestrators and operators see of all workers; never to be reached from outside."""
    app = web.Application()
    app[ASKING] = asking
    app[WORKER_METRICS] = metrics
    app[METRICS] = Metrics()  # of this listener itself; those of the workers are shown
    app.router.add_get("/livez", _live)
    app.router.add_get("/readyz", _ready)
    app.router.add_get("/metrics", _metrics)
    app.router.add_get("/status", _status)
    return app


async def _live(_: web.Request) -> web.Response:
    return web.Response(text="live\n", headers=_NO_STORE)


async def _ready(request: web.Request) -> web.Response:
    """200 while one worker at least takes submissions: only such a one accepts connections."""
    obstacles = await request.app[ASKING].obstacles()
    if not obstacles:
        return web.Response(text="ready\n", headers=_NO_STORE)
    text = f"{', '.join(sorted(obstacles))}\n"
    return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text=text, headers=_NO_STORE)


async def _metrics(request: web.Request) -> web.Response:
    asking, own = request.app[ASKING], request.app[WORKER_METRICS]
    answers = await asking.ask_all("/metrics")
    pages = {}
    for worker, answer in zip(asking.workers, answers, strict=True):
        own.up.labels(worker.number).set(answer is not None)
        if answer is not None:
            pages[worker.number] = answer[1]
    body = (own.page() + merge(pages)).encode()
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST, **_NO_STORE})


async def _status(request: web.Request) -> web.Response:
    asking = request.app[ASKING]
    answers = await asking.ask_all("/status")
    each = [
        _of_worker(worker, answer) for worker, answer in zip(asking.workers, answers, strict=True)
    ]
    report = {"ready": any(one["ready"] for one in each), "workers": each}
    return web.Response(
        text=json.dumps(report, indent=2) + "\n",
        content_type="application/json",
        headers=_NO_STORE,
    )


def _of_worker(worker: Worker, answer: tuple[int, str] | None) -> Mapping[str, object]:
    told = {"ready": False, "not_ready_because": "it does not answer"}
    if answer is not None and answer[0] == HTTPStatus.OK:
        told = json.loads(answer[1])
    return {"worker": worker.number, "process_id": worker.process_id, **told}
