"""Hosts of this machine alone, and how it reaches what listens on all of its addresses."""

from ipaddress import ip_address

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


def is_loopback(host: str) -> bool:
    """Whether what is sent to this host never leaves the machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def from_here(host: str) -> str:
    """The host by which this machine reaches a listener that is bound to `host`."""
    return _EVERYWHERE.get(host, host)
