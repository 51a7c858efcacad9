"""The internal listener: what orchestrators ask, and what it must not depend on."""

from collections.abc import AsyncIterator, Mapping

import pytest
from aiohttp import ClientSession

from service.app import create_internal_app
from service.lifespan import listen
from service.observability.metrics import Metrics
from service.setting_values import Address
from service.web.health import Readiness


async def report() -> Mapping[str, object]:
    return {"spool": {"pending": {"rows": 3}}}


@pytest.fixture
def readiness() -> Readiness:
    return Readiness()


@pytest.fixture
async def client(readiness: Readiness) -> AsyncIterator[ClientSession]:
    metrics = Metrics()
    metrics.accepted.labels("quiz").inc()
    app = create_internal_app(readiness=readiness, metrics=metrics, status_report=report)
    async with (
        listen(app, Address(host="127.0.0.1", port=0), finish_seconds=1) as address,
        ClientSession(f"http://{address}") as client,
    ):
        yield client


async def test_it_lives_while_it_starts_and_while_it_drains(
    client: ClientSession, readiness: Readiness
) -> None:
    for obstacle in ("starting", "draining"):
        readiness.set_not_ready(obstacle)
        assert (await client.get("/livez")).status == 200


async def test_it_is_ready_only_while_it_takes_submissions(
    client: ClientSession, readiness: Readiness
) -> None:
    starting = await client.get("/readyz")
    assert (starting.status, await starting.text()) == (503, "starting\n")
    readiness.set_ready()
    assert (await client.get("/readyz")).status == 200
    readiness.set_not_ready("draining")
    draining = await client.get("/readyz")
    assert (draining.status, await draining.text()) == (503, "draining\n")


async def test_metrics_are_in_prometheus_format(client: ClientSession) -> None:
    response = await client.get("/metrics")
    assert response.content_type == "text/plain"
    text = await response.text()
    assert 'formwell_submissions_accepted_total{form="quiz"} 1.0' in text
    for name in ("spool_rows", "spool_bytes", "commit_seconds", "delivery_seconds"):
        assert f"# TYPE formwell_{name} " in text


async def test_the_status_is_json_for_people(client: ClientSession, readiness: Readiness) -> None:
    readiness.set_ready()
    status = await (await client.get("/status")).json()
    assert status == {
        "ready": True,
        "not_ready_because": None,
        "spool": {"pending": {"rows": 3}},
    }


@pytest.mark.parametrize("path", ["/", "/f/console-wars", "/static/x"])
async def test_public_paths_are_not_here(client: ClientSession, path: str) -> None:
    assert (await client.get(path)).status == 404
