"""A cluster of three loses the node that the service talks to, and another one takes over."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.opensearch_cluster import running_cluster
from tests.system.clients import Load, send_load
from tests.system.form_folder import write_form
from tests.system.history import Event, Kind, count, find_faults
from tests.system.progress import until_delivered, until_receipts
from tests.system.service_process import running_service
from tests.system.store_view import open_store_view
from tests.system.torture.faulty_proxy import faulty_proxy

pytestmark = pytest.mark.slow

LOAD = Load(name="Genesis, load N", submissions=1_000, per_second=100)


async def test_nothing_is_lost_or_doubled_when_a_cluster_loses_a_node(
    index: str, tmp_path: Path
) -> None:
    """REL-17: its shards have a replica each, and the bulks under way at that moment break off."""
    history: list[Event] = []
    forms = write_form(tmp_path / "forms", index)
    async with AsyncExitStack() as stack:
        cluster = await asyncio.to_thread(stack.enter_context, running_cluster())
        async with faulty_proxy(cluster.urls[0]) as proxy:
            settings = {"STORE_URL": proxy.url, "FORMS_DIR": forms}
            with running_service(tmp_path, settings) as service:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(send_load(service.url, LOAD, history))
                    await until_receipts(history, LOAD.submissions // 3)
                    await until_replicated(cluster.urls[0], index)
                    await asyncio.to_thread(cluster.lose, 0)
                    await until_receipts(history, LOAD.submissions // 2)
                    proxy.store_url = cluster.urls[1]
                async with open_store_view(cluster.urls[1], index) as view:
                    await until_delivered(view, history)
                    documents = await view.documents()
                assert await asyncio.to_thread(service.terminate) == 0
    assert find_faults(history, documents) == []
    assert len(documents) == LOAD.submissions
    assert count(history, Kind.FAIL) == count(history, Kind.INFO) == 0


async def until_replicated(url: str, index: str) -> None:
    health = f"{url}/_cluster/health/{index}?wait_for_status=green&timeout=30s"
    async with aiohttp.request("GET", health) as answer:
        assert answer.status == 200, await answer.text()
        assert (await answer.json())["active_shards"] > 1
