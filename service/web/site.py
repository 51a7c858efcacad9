"""Where the service stands on the network, as far as its answers depend on it."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from service.rate import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """`public_url` is the address people use, where a proxy changes it; `allowed_hosts` the names
    answered to, any where empty; `trusted_proxies` those whose word on the client counts.
    The rates are of submissions: of one client, to one form, and altogether; None is no limit."""

    public_url: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    rate_limit_client: Rate | None = None
    rate_limit_form: Rate | None = None
    rate_limit_total: Rate | None = None
