"""Names become addresses as the system has them, and what is none is an error of the system's."""

import socket
from collections.abc import AsyncIterator

import pytest

from service.opensearch.resolver import DaemonResolver


@pytest.fixture
async def resolver() -> AsyncIterator[DaemonResolver]:
    resolver = DaemonResolver()
    yield resolver
    await resolver.close()


async def test_a_name_has_the_addresses_of_its_family(resolver: DaemonResolver) -> None:
    (found,) = await resolver.resolve("localhost", 9200, socket.AF_INET)
    assert (found["host"], found["port"]) == ("127.0.0.1", 9200)
    assert (found["hostname"], found["family"]) == ("localhost", socket.AF_INET)


async def test_an_address_is_itself(resolver: DaemonResolver) -> None:
    found = await resolver.resolve("127.0.0.1", 9200, socket.AF_UNSPEC)
    assert [each["host"] for each in found] == ["127.0.0.1"]


async def test_an_address_on_a_link_keeps_its_zone(resolver: DaemonResolver) -> None:
    number, _ = socket.if_nameindex()[0]
    try:
        found = await resolver.resolve(f"fe80::1%{number}", 9200, socket.AF_INET6)
    except socket.gaierror:
        return  # a machine without IPv6 has no such addresses
    assert [each["host"] for each in found] == [f"fe80::1%{number}"]


async def test_what_is_no_address_is_an_error_of_the_system(resolver: DaemonResolver) -> None:
    with pytest.raises(socket.gaierror):
        await resolver.resolve("999.999.999.999", 9200, socket.AF_INET)
