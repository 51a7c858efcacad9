"""The wall clock jumps: only what people read of times is odd."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.system.accepting_store import AcceptingStore, accepting_store
from tests.system.jumping_clock import JumpingClock
from tests.system.polling import until
from tests.system.service_process import ServiceProcess, running_service
from tests.system.status_page import read_status
from tests.system.submitting import submit

pytestmark = pytest.mark.slow

HOUR = 3_600


async def test_no_row_is_stuck_when_the_clock_jumps_an_hour_either_way(tmp_path: Path) -> None:
    """F36: rows that wait for another try while the clock goes forward, back, and behind."""
    clock = JumpingClock(tmp_path)
    async with accepting_store() as store:
        settings = {"STORE_URL": store.url}
        with running_service(tmp_path / "a", settings, command=clock.command) as service:
            receipts = await submit(service, 5)
            for hours in (1, -1, 0):
                clock.jump_to(hours * HOUR)
                await until_refused(service, hours)
                receipts += await submit(service, 5)
            store.come_back()
            await until_stored(store, receipts)
            assert await is_live(service)
            assert await asyncio.to_thread(service.terminate) == 0
    assert "Traceback" not in service.log_text()


async def test_what_waited_in_the_future_is_delivered_after_a_start_in_the_past(
    tmp_path: Path,
) -> None:
    """F36: given back by a clock that was an hour fast, and started again by one that is slow."""
    clock = JumpingClock(tmp_path)
    clock.jump_to(HOUR)
    async with accepting_store() as store:
        settings = {"STORE_URL": store.url}
        with running_service(tmp_path / "a", settings, command=clock.command) as service:
            receipts = await submit(service, 5)
            await until_refused(service, 1)
            service.kill()
            clock.jump_to(-HOUR)
            await asyncio.to_thread(service.start)
            receipts += await submit(service, 5)
            store.come_back()
            await until_stored(store, receipts)


async def until_refused(service: ServiceProcess, hours: int) -> None:
    """Wait until the store refused once more: what waits was given back by the clock of now."""
    expected = datetime.now(UTC) + timedelta(hours=hours)

    async def is_refused() -> bool:
        error = (await asyncio.to_thread(read_status, service))["delivery"]["last_error"]
        if error is None:
            return False
        off = abs(datetime.fromisoformat(error["at"]) - expected)
        return off < timedelta(minutes=30)

    await until(is_refused, within_seconds=30, hoping_for="a refusal by the clock of now")


async def until_stored(store: AcceptingStore, receipts: list[str]) -> None:
    async def is_stored() -> bool:
        return store.ids == set(receipts)

    await until(is_stored, within_seconds=40, hoping_for="every receipt in the store")


async def is_live(service: ServiceProcess) -> bool:
    async with aiohttp.request("GET", f"{service.internal_url}/livez") as answer:
        return answer.status == 200
