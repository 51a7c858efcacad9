"""A store that refuses every document for good: few are set aside, and a person gets them out."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web

from tests.opensearch.lying_server import run_lying_server
from tests.system.clients import Load, send_load
from tests.system.history import Event, answered
from tests.system.polling import until
from tests.system.service_process import ServiceProcess, environment, running_service
from tests.system.status_page import read_status, row_counts

pytestmark = pytest.mark.slow

LOAD = Load(name="Genesis, load D", clients=5, submissions=120, per_second=100)
MOST_SET_ASIDE = 60
REFUSAL = {"type": "illegal_argument_exception", "reason": "immense term"}


async def refuse_all(request: web.Request) -> web.StreamResponse:
    return _answer(await request.read(), {"status": 400, "error": REFUSAL})


async def take_all(request: web.Request) -> web.StreamResponse:
    return _answer(await request.read(), {"status": 201, "result": "created"})


def _answer(bulk: bytes, result: dict[str, object]) -> web.StreamResponse:
    ids = [json.loads(line)["create"]["_id"] for line in bulk.splitlines()[::2]]
    items = [{"create": {"_id": one, **result}} for one in ids]
    return web.json_response({"took": 1, "errors": "error" in result, "items": items})


async def dead_letters(service: ServiceProcess, *arguments: str) -> str:
    """What the command prints, beside the running service."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "service", "dead-letters", *arguments],
        env=environment(service.settings),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return str(done.stdout)


async def test_a_store_that_refuses_all_is_held_and_a_person_gets_everything_out(
    tmp_path: Path,
) -> None:
    history: list[Event] = []
    async with run_lying_server() as store:
        store.bulk = refuse_all
        with running_service(tmp_path, {"STORE_URL": store.url}) as service:
            await send_load(service.url, LOAD, history)

            async def is_held() -> bool:
                holds = (await asyncio.to_thread(read_status, service))["delivery"]["holds"]
                return any("formwell dead-letters allow" in hold["reason"] for hold in holds)

            await until(is_held, within_seconds=10, hoping_for="the index to be held")
            taken = len(answered(history))
            pending, delivered, dead = await row_counts(service)
            assert (pending + dead, delivered) == (taken, 0)
            assert 0 < dead <= MOST_SET_ASIDE
            exported = await dead_letters(service, "export", "--reason", REFUSAL["type"])
            letters = [json.loads(line) for line in exported.splitlines()]
            assert {letter["reason"] for letter in letters} == {REFUSAL["reason"]}
            assert all(LOAD.name in letter["document"]["essay_question"] for letter in letters)

            store.bulk = take_all
            await dead_letters(service, "allow", letters[0]["index"])
            assert await dead_letters(service, "requeue", "--all") == f"{dead} requeued.\n"

            async def are_delivered() -> bool:  # the others come again within a minute
                pending, delivered, left = await row_counts(service)
                return left == 0 and delivered >= dead and pending + delivered == taken

            await until(are_delivered, within_seconds=10, hoping_for="the dead letters delivered")
