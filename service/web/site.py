"""Where the service stands on the network, as far as its answers depend on it."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """`public_url` is the address people use, where a proxy changes it; `allowed_hosts` the names
    answered to, any where empty; `trusted_proxies` those whose word on the client counts."""

    public_url: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
