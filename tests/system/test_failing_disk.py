"""A disk that fails under the whole process: it says so, ends, and starts with all it thanked for.

Which of the many writes and syncs fails makes no difference to what is acknowledged: the tests of
the spool try them one by one. Here it is what people, orchestrators and the log get to see.
"""

import asyncio
import json
import secrets
from pathlib import Path

import aiohttp
import pytest

from tests.system.accepting_store import accepting_store
from tests.system.failing_disk_service import Operation, command
from tests.system.form_folder import write_form
from tests.system.polling import until
from tests.system.posts import FORM_PATH, Post, post_of_a_browser, post_of_a_program, receipt_of
from tests.system.raw_post import HalfPost
from tests.system.service_process import ServiceProcess, running_service
from tests.system.status_page import read_status

pytestmark = pytest.mark.slow

WITHIN_SECONDS = 20.0


@pytest.mark.parametrize("operation", Operation)
async def test_a_disk_that_fails_ends_the_service_and_a_restart_has_all_that_was_acknowledged(
    operation: Operation, tmp_path: Path
) -> None:
    """F7: the group gets 503 with its answers, readiness goes, the exit code is 1."""
    word = tmp_path / "fail"
    receipts: set[str] = set()
    forms = write_form(tmp_path / "forms", "quiz")
    async with accepting_store() as store:
        store.fall_silent()  # so nothing is settled, and it is a put that meets the fault
        settings = {
            "STORE_URL": store.url,
            "FORMS_DIR": forms,
            "SECRET_KEYS": "0123456789abcdef" * 4,
        }
        with running_service(tmp_path, settings, command=command(operation, word)) as service:
            async with aiohttp.ClientSession(service.url) as session:
                for _ in range(10):
                    receipts.add(await taken(session, new_post()))
                async with HalfPost(service.url, new_post()) as in_flight:
                    async with session.get(FORM_PATH) as page:
                        unlucky = post_of_a_browser("Sega, on a bad disk", await page.text())
                    word.touch()
                    await refused_with_its_answers(session, unlucky)
                    await until_not_ready(service)
                    assert await in_flight.finish() == 503
            assert await asyncio.to_thread(service.wait) == 1
        assert not word.exists()
        told = [json.loads(line) for line in service.log_text().splitlines() if line[:1] == "{"]
        assert [line["event"] for line in told if line["level"] == "critical"] == ["spool_broken"]
        assert "what was acknowledged is safe, start it again" in service.log_text()
        assert "Traceback" not in service.log_text()

        store.come_back()
        with running_service(tmp_path, settings) as service:
            async with aiohttp.ClientSession(service.url) as session:
                receipts.add(await taken(session, unlucky))
            await until_nothing_waits(service)
            assert store.ids == receipts
            assert await asyncio.to_thread(service.terminate) == 0


def new_post() -> Post:
    return post_of_a_program(f"Sega, says {secrets.token_hex(8)}", secrets.token_hex(16))


async def taken(session: aiohttp.ClientSession, post: Post) -> str:
    """Send it; its receipt."""
    async with session.post(
        FORM_PATH, data=post.body, headers=post.headers, allow_redirects=False
    ) as answer:
        receipt = receipt_of(answer.status, answer.headers.get("Location"), await answer.read())
        assert receipt is not None, answer.status
        return receipt


async def refused_with_its_answers(session: aiohttp.ClientSession, post: Post) -> None:
    """Send it: 503, when to come again, and all that was typed."""
    async with session.post(
        FORM_PATH, data=post.body, headers=post.headers, allow_redirects=False
    ) as answer:
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert post.essay in await answer.text()


async def until_not_ready(service: ServiceProcess) -> None:
    """Wait until it says so itself, while it still runs."""

    async def not_ready() -> bool:
        return await asyncio.to_thread(service.readiness) == 503

    await until(not_ready, within_seconds=WITHIN_SECONDS, hoping_for="readiness withdrawn")


async def until_nothing_waits(service: ServiceProcess) -> None:
    """Wait until everything in the spool is delivered."""

    async def delivered() -> bool:
        status = await asyncio.to_thread(read_status, service)
        return bool(status["spool"]["pending"]["rows"] == 0)

    await until(delivered, within_seconds=WITHIN_SECONDS, hoping_for="everything delivered")
