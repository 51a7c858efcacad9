"""The disk runs full under the service: it refuses, delivers what it has, and goes on."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from tests.system.accepting_store import AcceptingStore, accepting_store
from tests.system.form_folder import write_form
from tests.system.polling import until
from tests.system.posts import FORM_PATH, post_of_a_program
from tests.system.service_process import ServiceProcess, running_service
from tests.system.small_disk import fill, small_disk
from tests.system.status_page import read_status

pytestmark = pytest.mark.slow

WITHIN_SECONDS = 60.0
AT_ONCE = 8
REFUSED_IN_A_ROW = 20


@dataclass(slots=True)
class Scene:
    """A service on a small disk, and a store that is away at first."""

    service: ServiceProcess
    store: AcceptingStore
    folder: Path
    client: aiohttp.ClientSession
    receipts: set[str] = field(default_factory=set)
    refused: list[dict[str, object]] = field(default_factory=list)

    async def post(self) -> int:
        """Send a submission of 2 KB; its status, and the receipt is kept."""
        essay = secrets.token_hex(1_000)
        sent = post_of_a_program(essay, secrets.token_hex(16))
        url = self.service.url + FORM_PATH
        async with self.client.post(url, data=sent.body, headers=sent.headers) as answer:
            body = json.loads(await answer.read())
            if answer.status == 201:
                self.receipts.add(body["receipt"])
            else:
                assert answer.status == 503, body
                assert int(answer.headers["Retry-After"]) > 0
                self.refused.append(body)
            return answer.status

    async def post_until_full(self) -> None:
        """Send from several clients until each was refused many times in a row."""

        async def send() -> None:
            refused = 0
            while refused < REFUSED_IN_A_ROW:
                refused = refused + 1 if await self.post() == 503 else 0

        await asyncio.gather(*(send() for _ in range(AT_ONCE)))

    async def fill_disk(self) -> None:
        """Somebody else takes what is left of the disk."""
        await asyncio.to_thread(fill, self.folder / "somebody-elses")

    async def until_delivered(self) -> None:
        """Wait until the store has all that was accepted, and the service knows it."""

        async def delivered() -> bool:
            status = await asyncio.to_thread(read_status, self.service)
            return self.receipts <= self.store.ids and status["spool"]["pending"]["rows"] == 0

        await until(delivered, within_seconds=WITHIN_SECONDS, hoping_for="everything delivered")

    async def until_accepting(self) -> None:
        """Wait until a submission is taken again."""

        async def taken() -> bool:
            return await self.post() == 201

        await until(taken, within_seconds=WITHIN_SECONDS, hoping_for="a submission taken")


@asynccontextmanager
async def scene(folder: Path, mebibytes: int) -> AsyncIterator[Scene]:
    forms = write_form(folder / "forms", "quiz")
    with small_disk(folder / "disk", mebibytes) as disk:
        async with accepting_store() as store, aiohttp.ClientSession() as client:
            settings = {
                "STORE_URL": store.url,
                "FORMS_DIR": forms,
                "DATA_DIR": str(disk / "data"),
            }
            with running_service(folder, settings) as service:
                yield Scene(service=service, store=store, folder=disk, client=client)


def events(service: ServiceProcess, name: str) -> int:
    """How often this was logged."""
    return service.log_text().count(f'"event": "{name}"')


@pytest.mark.parametrize("mebibytes", [3, 24])
async def test_a_disk_that_the_answers_filled_is_delivered_from_and_taken_from_again(
    mebibytes: int, tmp_path: Path
) -> None:
    """F8: a real disk, filled twice by what is taken."""
    async with scene(tmp_path, mebibytes) as full:
        await full.post_until_full()
        accepted = len(full.receipts)
        assert accepted > 0
        assert {body["code"] for body in full.refused} == {"disk_full"}
        status = await asyncio.to_thread(read_status, full.service)
        assert status["spool"]["disk"]["full"]
        assert await asyncio.to_thread(full.service.readiness) == 200
        full.store.come_back()
        await full.until_delivered()
        await full.until_accepting()
        full.store.go_away()

        async def filled_again() -> bool:
            await full.post_until_full()  # what was delivered is given back a little at a time
            return len(full.receipts) > 1.3 * accepted

        await until(filled_again, within_seconds=WITHIN_SECONDS, hoping_for="the room back")
        full.store.come_back()
        await full.until_delivered()
        await full.until_accepting()
        assert await asyncio.to_thread(full.service.terminate) == 0
    assert full.store.ids == full.receipts
    assert 1 <= events(full.service, "disk_full") < 10
    assert "Traceback" not in full.service.log_text()


@pytest.mark.parametrize("mebibytes", [3, 24])
async def test_a_disk_that_others_filled_is_delivered_from(mebibytes: int, tmp_path: Path) -> None:
    """F8: a real disk, filled to the last byte by somebody else."""
    async with scene(tmp_path, mebibytes) as full:
        for _ in range(100):
            assert await full.post() == 201
        await full.fill_disk()
        await full.post_until_full()
        full.store.come_back()
        await full.until_delivered()
        (full.folder / "somebody-elses").unlink()
        await full.until_accepting()
        assert await asyncio.to_thread(full.service.terminate) == 0
    assert full.store.ids == full.receipts
    assert events(full.service, "disk_full") == events(full.service, "disk_has_room") == 1
    assert "Traceback" not in full.service.log_text()


@pytest.mark.parametrize("mebibytes", [3, 24])
async def test_a_service_that_was_killed_on_a_full_disk_starts_and_delivers(
    mebibytes: int, tmp_path: Path
) -> None:
    """F8: a start on a disk that is full to the last byte."""
    async with scene(tmp_path, mebibytes) as full:
        await full.post_until_full()
        await full.fill_disk()
        await asyncio.to_thread(full.service.kill)
        await full.fill_disk()
        await asyncio.to_thread(full.service.start)
        assert await full.post() == 503
        full.store.come_back()
        await full.until_delivered()
        assert await asyncio.to_thread(full.service.terminate) == 0
    assert full.store.ids >= full.receipts
    assert "Traceback" not in full.service.log_text()
