"""Who the client is, when proxies stand between. Pure."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from service.forms.definition import ClientAddress

Address = IPv4Address | IPv6Address

_MOST_HOPS = 32
_MASKED_V4_BITS = 24
_MASKED_V6_BITS = 48


def find_client(
    peer: str | None, forwarded: Sequence[str], trusted: Sequence[IPv4Network | IPv6Network]
) -> Address | None:
    """The address of the client: the nearest one that is not a trusted proxy.

    `peer` is the socket's other end, `forwarded` the X-Forwarded-For headers in their order. They
    count only as far as trusted proxies vouch for them: anybody can send the rest. None where the
    peer has no address.
    """
    client = _parse(peer or "")
    if client is None:
        return None
    hops = ",".join(forwarded).split(",") if forwarded else []
    for hop in reversed(hops[-_MOST_HOPS:]):
        if not _is_trusted(client, trusted):
            break
        named = _parse(hop)
        if named is None:
            break
        client = named
    return client


def apply_policy(address: Address | None, policy: ClientAddress) -> str | None:
    """What a form stores of the address: all, its network (v4 /24, v6 /48), or nothing."""
    if address is None or policy is ClientAddress.NONE:
        return None
    if policy is ClientAddress.FULL:
        return str(address)
    bits = _MASKED_V4_BITS if address.version == 4 else _MASKED_V6_BITS
    return str(ip_network((address, bits), strict=False).network_address)


def _is_trusted(address: Address, trusted: Sequence[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in trusted)


@lru_cache(maxsize=4096)
def _parse(text: str) -> Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # an IPv4 address with a port, as some proxies write it
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
