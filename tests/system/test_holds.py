"""An index that refuses everything: nothing is set aside, it is told why, and goes on by itself."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.opensearch.lying_server import say
from tests.system.clients import Load, send_load
from tests.system.forging_proxy import ForgingProxy, forging_proxy
from tests.system.form_folder import write_form
from tests.system.history import Event, answered, find_faults
from tests.system.polling import until
from tests.system.service_process import running_service
from tests.system.status_page import read_status, row_counts, until_settled
from tests.system.store_view import StoreView

pytestmark = pytest.mark.slow

LOAD = Load(name="Genesis, load H", clients=5, submissions=20, per_second=100)
WITHIN_SECONDS = 30.0
MISSING = {"error": {"type": "index_not_found_exception", "reason": "no such index"}, "status": 404}

SetFault = Callable[[ForgingProxy, str, bool], Awaitable[None]]


async def block_writes(_: ForgingProxy, index_url: str, is_on: bool) -> None:
    """As the cluster does it where its disk is full."""
    async with aiohttp.request(
        "PUT", f"{index_url}/_settings", json={"index.blocks.write": is_on}
    ) as answer:
        assert answer.status == 200, await answer.text()


async def lose_the_index(proxy: ForgingProxy, _: str, is_on: bool) -> None:
    """As where somebody removed it, and no bulk may make it."""
    proxy.before = say(json.dumps(MISSING), status=404) if is_on else None


async def hold_and_release(
    set_fault: SetFault,
    words: str,
    *,
    opensearch_url: str,
    index: str,
    store_view: StoreView,
    folder: Path,
) -> None:
    """Send one load that passes, one while the fault is there; see it held, and delivered after."""
    history: list[Event] = []
    index_url = f"{opensearch_url}/{index}"
    async with forging_proxy(opensearch_url) as proxy:
        settings = {"STORE_URL": proxy.url, "FORMS_DIR": write_form(folder / "forms", index)}
        with running_service(folder, settings) as service:

            async def is_held() -> bool:
                holds = (await asyncio.to_thread(read_status, service))["delivery"]["holds"]
                return any(words in hold["reason"] for hold in holds if hold["index"] == index)

            first = Load(name="Genesis, load G", clients=1, submissions=1, per_second=100)
            await send_load(service.url, first, history)
            await until_settled(service, rows=1)
            await set_fault(proxy, index_url, True)
            await send_load(service.url, LOAD, history)
            await until(is_held, within_seconds=WITHIN_SECONDS, hoping_for=f"held: {words}")
            assert await row_counts(service) == (LOAD.submissions, 1, 0)
            assert await asyncio.to_thread(service.readiness) == 200
            await set_fault(proxy, index_url, False)
            await until_settled(service, rows=1 + LOAD.submissions)
            assert await asyncio.to_thread(service.terminate) == 0
    assert words in service.log_text()
    assert len(answered(history)) == 1 + LOAD.submissions
    assert find_faults(history, await store_view.documents()) == []


async def test_a_cluster_that_blocks_writes_is_waited_for(
    opensearch_url: str, index: str, store_view: StoreView, tmp_path: Path
) -> None:
    """F21: held with the reason, nothing set aside; delivered when the block is gone."""
    await hold_and_release(
        block_writes,
        "the cluster blocks writing to the index",
        opensearch_url=opensearch_url,
        index=index,
        store_view=store_view,
        folder=tmp_path,
    )


async def test_an_index_that_is_gone_is_waited_for(
    opensearch_url: str, index: str, store_view: StoreView, tmp_path: Path
) -> None:
    """F25: held with the reason, nothing set aside; delivered when it is back."""
    await hold_and_release(
        lose_the_index,
        "the index is missing",
        opensearch_url=opensearch_url,
        index=index,
        store_view=store_view,
        folder=tmp_path,
    )
