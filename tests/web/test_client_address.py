"""The client's address behind proxies: what a client writes itself never becomes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.web.client_address import Address, Client, find_client

VISITOR = "198.51.100.7"
FORGED = "203.0.113.66"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A way to put the service on the network, as docs/operations.md has it: what is trusted, the
    peer that the service sees, and what arrives when a visitor has written `written`."""

    trusted: tuple[str, ...]
    peer: str
    arrives: str

    def find(self, written: str) -> Client:
        """The client, when it writes this itself."""
        headers = [self.arrives.format(written=written)] if self.arrives else []
        return find_client(self.peer, headers, tuple(map(ip_network, self.trusted)))


PRESETS = {
    "direct": Preset(trusted=(), peer=VISITOR, arrives="{written}"),
    "nginx": Preset(trusted=("127.0.0.1/32",), peer="127.0.0.1", arrives=VISITOR),
    "nginx that appends": Preset(
        trusted=("127.0.0.1/32",), peer="127.0.0.1", arrives="{written}, " + VISITOR
    ),
    "ALB": Preset(trusted=("10.0.0.0/16",), peer="10.0.3.17", arrives="{written}, " + VISITOR),
    "ALB with the client's port": Preset(
        trusted=("10.0.0.0/16",), peer="10.0.3.17", arrives="{written}, " + VISITOR + ":40312"
    ),
    "CloudFront with ALB": Preset(
        trusted=("10.0.0.0/16", "130.176.0.0/16"),
        peer="10.0.3.17",
        arrives="{written}, " + VISITOR + ", 130.176.8.9",
    ),
    "Kubernetes ingress": Preset(
        trusted=("10.244.0.0/16",), peer="::ffff:10.244.1.5", arrives=VISITOR
    ),
    "Kubernetes ingress behind a balancer": Preset(
        trusted=("10.244.0.0/16", "10.0.0.0/16"),
        peer="10.244.1.5",
        arrives="{written}, " + VISITOR + ", 10.0.3.17",
    ),
}


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize(
    "written", ["", FORGED, f"{FORGED}, 10.0.0.1", "127.0.0.1", "unknown", "é\udcff", "1," * 2_000]
)
def test_a_preset_finds_the_visitor_whatever_the_visitor_wrote(name: str, written: str) -> None:
    """IP-6."""
    assert PRESETS[name].find(written).address == ip_address(VISITOR)


junk = st.text(alphabet=st.characters(max_codepoint=0xFF, exclude_characters="\r\n"), max_size=300)
addresses = st.ip_addresses()
written = st.one_of(junk, st.lists(st.one_of(addresses.map(str), junk), max_size=30).map(", ".join))
PROXIES = tuple(ip_network(text) for text in ("10.0.0.0/8", "fd00::/8"))
proxies = st.one_of(st.ip_addresses(network="10.0.0.0/8"), st.ip_addresses(network="fd00::/8"))
strangers = addresses.filter(
    lambda address: (
        not any(address in network for network in PROXIES)
        and getattr(address, "ipv4_mapped", None) is None
    )
)


@settings(max_examples=500)
@given(strangers, st.lists(written, max_size=5))
def test_a_peer_that_is_no_proxy_is_the_client(peer: Address, headers: list[str]) -> None:
    """IP-1, IP-6: whatever bytes it sends."""
    assert find_client(str(peer), headers, PROXIES).address == peer
    assert find_client(str(peer), headers, ()).address == peer


@settings(max_examples=500)
@given(strangers, st.lists(written, max_size=5), st.lists(proxies, min_size=1, max_size=8))
def test_behind_proxies_the_client_is_whom_the_first_of_them_saw(
    client: Address, headers: list[str], chain: list[Address]
) -> None:
    """IP-6: each proxy appends whom it saw; what was there before is the client's own."""
    *inner, peer = chain
    appended = ", ".join(map(str, (client, *inner)))
    for arrived in ([*headers, appended], [", ".join([*headers, appended])]):
        assert find_client(str(peer), arrived, PROXIES) == Client(address=client)


WAYS_TO_WRITE = ("{0}", " {0} ", "{0}%eth0", "[{0}]", "[{0}]:443", "[{0}%1]:65535")


@given(addresses, st.sampled_from(WAYS_TO_WRITE))
def test_an_address_is_read_however_proxies_write_it(address: Address, way: str) -> None:
    """IP-2: and IPv4 within IPv6 is IPv4, which has one key and not two."""
    found = find_client("10.0.0.1", [way.format(address)], PROXIES[:1]).address
    assert found == (getattr(address, "ipv4_mapped", None) or address)


@given(st.ip_addresses(v=4))
def test_ipv4_may_have_a_port_and_may_come_as_ipv6(address: IPv4Address) -> None:
    """IP-2."""
    mapped = IPv6Address(b"\0" * 10 + b"\xff\xff" + address.packed)
    for written in (f"{address}:4711", str(mapped), f"[{mapped}]:1"):
        assert find_client("::1", [written], (ip_network("::1/128"),)).address == address


@pytest.mark.parametrize(
    "odd",
    [
        "unknown",
        "",
        "_hidden",
        "1.2.3",
        "1.2.3.4:http",
        "[::1",
        "[::1]x",
        "1.2.3.4 5.6.7.8",
        "x" * 90,
    ],
)
def test_a_hop_that_is_no_address_ends_the_walk_and_is_told(odd: str) -> None:
    """IP-2: at the last good one; it refuses nobody."""
    found = find_client("10.0.0.1", [f"{FORGED}, {odd}, 10.0.0.2"], PROXIES)
    assert found == Client(address=ip_address("10.0.0.2"), malformed=True)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ([VISITOR, "10.0.0.2"], VISITOR),
        ([VISITOR, *["10.0.0.2"] * 19], VISITOR),
        ([VISITOR, *["10.0.0.2"] * 20], "10.0.0.2"),
        ([f"{VISITOR}, 10.0.0.4, {' ' * 90}10.0.0.3, 10.0.0.2"], "10.0.0.2"),
        ([f"{VISITOR}, 10.0.0.4, 1{' ' * 2_030}10.0.0.3"], "10.0.0.1"),
    ],
)
def test_no_more_is_read_than_twenty_hops_and_two_kibibytes(
    headers: Sequence[str], found: str
) -> None:
    """IP-3: and lines are joined in their order."""
    assert find_client("10.0.0.1", headers, PROXIES).address == ip_address(found)
