"""Keys, and a gateway that knows them."""

from collections.abc import AsyncIterator

import pytest

from tests.opensearch.aws.gateway import Gateway, run_gateway
from tests.opensearch.aws.key_ring import KeyRing, key_of, make_credentials


@pytest.fixture
def keys() -> KeyRing:
    """One set of credentials."""
    return KeyRing(make_credentials("AKIDFIRST"))


@pytest.fixture
async def gateway(opensearch_url: str, keys: KeyRing) -> AsyncIterator[Gateway]:
    """A gateway as of a domain, which accepts them."""
    async with run_gateway(opensearch_url) as gateway:
        gateway.keys = key_of(keys.current)
        yield gateway
