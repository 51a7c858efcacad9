"""The store's name cannot be looked up: answers are taken, and delivered when it can be again."""

import asyncio
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.system.accepting_store import accepting_store
from tests.system.form_folder import write_form
from tests.system.lost_names_service import Fault, command, looking_up
from tests.system.polling import until
from tests.system.posts import FORM_PATH, post_of_a_program, receipt_of
from tests.system.service_process import running_service
from tests.system.status_page import read_status

pytestmark = pytest.mark.slow

STORE = "store.example"
WITHIN_SECONDS = 40.0


@pytest.mark.parametrize("fault", Fault)
async def test_a_name_that_cannot_be_looked_up_holds_up_delivery_and_nothing_else(
    fault: Fault, tmp_path: Path
) -> None:
    """F29: nothing waits for the look-up, and delivery goes on by itself."""
    word = tmp_path / "names are back"
    forms = write_form(tmp_path / "forms", "quiz")
    receipts: set[str] = set()

    async def post(session: aiohttp.ClientSession) -> None:
        sent = post_of_a_program(f"Sega, says {secrets.token_hex(8)}", secrets.token_hex(16))
        async with session.post(FORM_PATH, data=sent.body, headers=sent.headers) as answer:
            receipt = receipt_of(answer.status, None, await answer.read())
        assert receipt is not None, answer.status
        receipts.add(receipt)

    async with accepting_store() as store:
        store.come_back()
        settings = {
            "STORE_URL": f"http://{STORE}:{urlsplit(store.url).port}",
            "FORMS_DIR": forms,
        }
        with running_service(tmp_path, settings, command=command(fault, word)) as service:

            async def has_met_delivery() -> bool:
                delivery = (await asyncio.to_thread(read_status, service))["delivery"]
                if fault is Fault.SILENT:
                    return (
                        looking_up(STORE) in service.log_text() and delivery["bulks_in_flight"] > 0
                    )
                return delivery["last_error"] is not None

            async def is_delivered() -> bool:
                return store.ids == receipts

            timeout = aiohttp.ClientTimeout(total=10)
            async with aiohttp.ClientSession(service.url, timeout=timeout) as session:
                await post(session)
                await until(has_met_delivery, within_seconds=WITHIN_SECONDS, hoping_for=fault)
                await asyncio.gather(*(post(session) for _ in range(20)))
            assert await asyncio.to_thread(service.readiness) == 200
            assert store.ids == set()
            word.touch()
            await until(is_delivered, within_seconds=WITHIN_SECONDS, hoping_for="all delivered")
            assert await asyncio.to_thread(service.terminate) == 0
        assert "Traceback" not in service.log_text()
