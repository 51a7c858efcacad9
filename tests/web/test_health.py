"""The internal listener: what orchestrators ask, and what it must not depend on."""

from collections.abc import Awaitable, Callable, Mapping

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from service.app import create_internal_app
from service.observability.metrics import Metrics
from service.web.health import Readiness

Client = TestClient[web.Request, web.Application]
AiohttpClient = Callable[[web.Application], Awaitable[Client]]


async def report() -> Mapping[str, object]:
    return {"spool": {"pending": {"rows": 3}}}


@pytest.fixture
def readiness() -> Readiness:
    return Readiness()


@pytest.fixture
async def client(aiohttp_client: AiohttpClient, readiness: Readiness) -> Client:
    metrics = Metrics()
    metrics.accepted.labels("quiz").inc()
    app = create_internal_app(readiness=readiness, metrics=metrics, status_report=report)
    return await aiohttp_client(app)


async def test_it_lives_while_it_starts_and_while_it_drains(
    client: Client, readiness: Readiness
) -> None:
    for obstacle in ("starting", "draining"):
        readiness.set_not_ready(obstacle)
        assert (await client.get("/livez")).status == 200


async def test_it_is_ready_only_while_it_takes_submissions(
    client: Client, readiness: Readiness
) -> None:
    starting = await client.get("/readyz")
    assert (starting.status, await starting.text()) == (503, "starting\n")
    readiness.set_ready()
    assert (await client.get("/readyz")).status == 200
    readiness.set_not_ready("draining")
    draining = await client.get("/readyz")
    assert (draining.status, await draining.text()) == (503, "draining\n")


async def test_metrics_are_in_prometheus_format(client: Client) -> None:
    response = await client.get("/metrics")
    assert response.content_type == "text/plain"
    text = await response.text()
    assert 'formwell_submissions_accepted_total{form="quiz"} 1.0' in text
    for name in ("spool_rows", "spool_bytes", "commit_seconds", "delivery_seconds"):
        assert f"# TYPE formwell_{name} " in text


async def test_the_status_is_json_for_people(client: Client, readiness: Readiness) -> None:
    readiness.set_ready()
    status = await (await client.get("/status")).json()
    assert status == {
        "ready": True,
        "not_ready_because": None,
        "spool": {"pending": {"rows": 3}},
    }


@pytest.mark.parametrize("path", ["/", "/f/console-wars", "/static/x"])
async def test_public_paths_are_not_here(client: Client, path: str) -> None:
    assert (await client.get(path)).status == 404
