"""Decisions about a request that need no server: who asks, what for, and whose receipt it is."""

from ipaddress import ip_address, ip_network
from uuid import UUID

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from service.forms.definition import ClientAddress
from service.web.client_address import Client, apply_policy, find_client
from service.web.negotiation import wants_json
from service.web.receipt_links import ReceiptLinks

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
RECEIPT = UUID("019aaaac-2600-88db-9bf3-fc5000323787")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], False),
        ([("Accept", "*/*")], False),
        ([("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")], False),
        ([("Accept", "application/json")], True),
        ([("Accept", "application/problem+json")], True),
        ([("Accept", "text/html;q=0.5, application/json")], True),
        ([("Accept", "text/html, application/json;q=0.9")], False),
        ([("Accept", "text/html"), ("Accept", "application/json;q=x")], False),
        ([("Content-Type", "application/json; charset=utf-8")], True),
        ([("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "*/*")], False),
    ],
)
def test_json_is_for_those_who_ask_for_it(headers: list[tuple[str, str]], expected: bool) -> None:
    assert wants_json(CIMultiDictProxy(CIMultiDict(headers))) is expected


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.2.3.4, 198.51.100.7, 10.0.0.2"], "198.51.100.7"),
        ("10.0.0.1", ["1.2.3.4", "198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.1", ["unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", [",".join(["10.0.0.9"] * 500)], "10.0.0.9"),
        ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("fe80::1%eth0", [], "fe80::1"),
    ],
)
def test_the_client_is_the_nearest_hop_nobody_trusted(
    peer: str, forwarded: list[str], client: str
) -> None:
    assert find_client(peer, forwarded, TRUSTED).address == ip_address(client)


def test_a_peer_without_an_address_is_nobody() -> None:
    assert find_client(None, ["198.51.100.7"], TRUSTED) == Client(address=None)
    assert find_client("", [], TRUSTED) == Client(address=None)


@pytest.mark.parametrize(
    ("address", "policy", "stored"),
    [
        ("192.0.2.77", ClientAddress.FULL, "192.0.2.77"),
        ("192.0.2.77", ClientAddress.MASKED, "192.0.2.0"),
        ("2001:db8:1:2::3", ClientAddress.MASKED, "2001:db8:1::"),
        ("192.0.2.77", ClientAddress.NONE, None),
    ],
)
def test_a_form_stores_no_more_of_the_address_than_it_says(
    address: str, policy: ClientAddress, stored: str | None
) -> None:
    assert apply_policy(ip_address(address), policy) == stored
    assert apply_policy(None, policy) is None


def link(links: ReceiptLinks) -> tuple[str, str]:
    """The time and the signature of a receipt's address."""
    query = links.path("quiz", RECEIPT, 1_790_000_000_000).partition("?")[2]
    at, sig = (part.partition("=")[2] for part in query.split("&"))
    return at, sig


def test_a_link_is_known_by_its_signature_and_by_nothing_else() -> None:
    links = ReceiptLinks(["key-one", "key-two"])
    at, sig = link(links)
    assert links.verify("quiz", RECEIPT, at, sig) == 1_790_000_000_000
    assert links.verify("other", RECEIPT, at, sig) is None
    assert links.verify("quiz", UUID(int=1), at, sig) is None
    assert links.verify("quiz", RECEIPT, "1790000000001", sig) is None
    assert links.verify("quiz", RECEIPT, at, sig[:-1] + "A") is None
    assert links.verify("quiz", RECEIPT, at, "ü\ud800") is None
    assert links.verify("\ud800", RECEIPT, at, sig) is None
    for odd in ("", "x", "-1", "٣", "9" * 16):
        assert links.verify("quiz", RECEIPT, odd, sig) is None


def test_an_older_key_verifies_and_a_foreign_one_does_not() -> None:
    at, sig = link(ReceiptLinks(["old"]))
    assert ReceiptLinks(["new", "old"]).verify("quiz", RECEIPT, at, sig) is not None
    assert ReceiptLinks(["new"]).verify("quiz", RECEIPT, at, sig) is None
