"""A real OpenSearch with an index for each test, and a server that lies."""

import secrets
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.opensearch.cluster import Cluster
from tests.opensearch.lying_server import LyingServer, run_lying_server


@pytest.fixture
async def cluster(opensearch_url: str) -> AsyncIterator[Cluster]:
    """The side door to the real OpenSearch."""
    async with aiohttp.ClientSession() as session:
        yield Cluster(opensearch_url, session)


@pytest.fixture
async def index(cluster: Cluster) -> AsyncIterator[str]:
    """The name of an index nobody has; what a test makes of it is removed."""
    name = f"formwell-tests-{secrets.token_hex(6)}"
    yield name
    await cluster.remove(name)


@pytest.fixture
async def liar() -> AsyncIterator[LyingServer]:
    """A server that lies as it is told."""
    async with run_lying_server() as server:
        yield server
