"""The internal listener: probes for an orchestrator, metrics, and a status page for people."""

import json
from collections.abc import Mapping
from typing import Protocol

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from service.web.keys import METRICS


class StatusReport(Protocol):
    """Gives what the status page shows, ready for JSON."""

    async def __call__(self) -> Mapping[str, object]:
        """The state of everything at this moment, without answers and secrets."""
        ...


class Readiness:
    """Whether the process can take a submission now; never whether the store can be reached."""

    def __init__(self) -> None:
        self.obstacle: str | None = "starting"

    def set_ready(self) -> None:
        """Submissions are taken from now on."""
        self.obstacle = None

    def set_not_ready(self, obstacle: str) -> None:
        """No new submissions, for this reason."""
        self.obstacle = obstacle


READINESS = web.AppKey("READINESS", Readiness)
STATUS_REPORT = web.AppKey("STATUS_REPORT", StatusReport)
INTERNAL_METRICS = METRICS
"""The key of the public listener: server.py counts under it what no handler sees, on both."""

_NO_STORE = {"Cache-Control": "no-store"}


async def live(_: web.Request) -> web.Response:
    """The loop turns, or nobody would answer."""
    return web.Response(text="live\n", headers=_NO_STORE)


async def ready(request: web.Request) -> web.Response:
    """200 while submissions are taken; 503 with the reason while starting, draining or broken."""
    obstacle = request.app[READINESS].obstacle
    if obstacle is None:
        return web.Response(text="ready\n", headers=_NO_STORE)
    return web.Response(status=503, text=f"{obstacle}\n", headers=_NO_STORE)


async def metrics(request: web.Request) -> web.Response:
    """All metrics, in Prometheus' text format."""
    await request.app[STATUS_REPORT]()  # brings the age of the oldest submission up to date
    body = generate_latest(request.app[INTERNAL_METRICS].registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST, **_NO_STORE})


async def status(request: web.Request) -> web.Response:
    """What a person wants to know at night, as indented JSON."""
    report = {
        "ready": request.app[READINESS].obstacle is None,
        "not_ready_because": request.app[READINESS].obstacle,
        **await request.app[STATUS_REPORT](),
    }
    return web.Response(
        text=json.dumps(report, indent=2) + "\n",
        content_type="application/json",
        headers=_NO_STORE,
    )
