"""Who the client is, when proxies stand between. Pure.

What a client writes itself never becomes its address: of X-Forwarded-For counts only what trusted
proxies added, and those are asked from the nearest on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from service.forms.definition import ClientAddress

Address = IPv4Address | IPv6Address

_MOST_HOPS = 20
_MOST_CHARACTERS = 2_048
_LONGEST_HOP = 80  # more than any address, with brackets, zone and port
_MASKED_V4_BITS = 24
_MASKED_V6_BITS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The client's address, None where the peer has none; `ignored`: X-Forwarded-For came from a
    peer that is not trusted; `malformed`: a trusted proxy vouched for something that is none."""

    address: Address | None
    ignored: bool = False
    malformed: bool = False


def find_client(
    peer: str | None, forwarded: Sequence[str], trusted: Sequence[IPv4Network | IPv6Network]
) -> Client:
    """The client: the nearest hop that is not a trusted proxy.

    `peer` is the socket's other end, `forwarded` the X-Forwarded-For headers in their order. A hop
    that is no address ends the walk at the one before it, and so does the 20th.
    """
    nearest = parse_hop(peer or "")
    if nearest is None or not forwarded:
        return Client(address=nearest)
    if not _is_trusted(nearest, trusted):
        return Client(address=nearest, ignored=True)
    for hop in reversed(_hops(",".join(forwarded))):
        named = parse_hop(hop)
        if named is None:
            return Client(address=nearest, malformed=True)
        nearest = named
        if not _is_trusted(nearest, trusted):
            break
    return Client(address=nearest)


def parse_hop(text: str) -> Address | None:
    """An address as proxies write it, with or without a port; IPv4 within IPv6 is IPv4, and a zone
    is left out. None for anything else."""
    return _parse(text) if len(text) <= _LONGEST_HOP else None


def apply_policy(address: Address | None, policy: ClientAddress) -> str | None:
    """What a form stores of the address: all, its network (v4 /24, v6 /48), or nothing."""
    if address is None or policy is ClientAddress.NONE:
        return None
    if policy is ClientAddress.FULL:
        return str(address)
    bits = _MASKED_V4_BITS if address.version == 4 else _MASKED_V6_BITS
    return str(ip_network((address, bits), strict=False).network_address)


@lru_cache(maxsize=4096)
def network_of(address: Address | None) -> str | None:
    """The client's network as logs tell it (v4 /24, v6 /48)."""
    return apply_policy(address, ClientAddress.MASKED)


def _hops(forwarded: str) -> Sequence[str]:
    # A hop that is cut in two does not become another address: what is left of it is too long.
    return forwarded[-_MOST_CHARACTERS:].split(",")[-_MOST_HOPS:]


def _is_trusted(address: Address, trusted: Sequence[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in trusted)


@lru_cache(maxsize=4096)
def _parse(text: str) -> Address | None:
    text, port = text.strip(), ""
    if text.startswith("["):
        text, bracket, port = text[1:].partition("]")
        if not bracket or (port and not port.startswith(":")):
            return None
    elif text.count(":") == 1:
        text, port = text.split(":")
    if not (port.removeprefix(":") or "0").isdecimal():
        return None
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
