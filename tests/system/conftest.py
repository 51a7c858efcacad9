"""An index of its own for each test that uses a real OpenSearch."""

import secrets
from collections.abc import AsyncIterator

import pytest

from tests.system.store_view import StoreView, open_store_view


@pytest.fixture
def index() -> str:
    """The name of an index nobody has."""
    return f"formwell-tests-{secrets.token_hex(6)}"


@pytest.fixture
async def store_view(opensearch_url: str, index: str) -> AsyncIterator[StoreView]:
    """That index in the real OpenSearch of this run; removed at the end."""
    async with open_store_view(opensearch_url, index) as view:
        yield view
