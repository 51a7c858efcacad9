"""Whether the machine is there: name, connection, certificate, clock, each named when it is not."""

import asyncio
import dataclasses
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.opensearch.address import parse_address
from service.opensearch.check.reach import reach
from tests.certificates import Authority
from tests.opensearch.aws.examined import STEPS, look, skipped, wrong
from tests.opensearch.aws.gateway import Gateway, run_gateway
from tests.opensearch.aws.key_ring import KeyRing, key_of


async def test_a_name_that_is_not_found_is_a_matter_of_dns(keys: KeyRing, index: str) -> None:
    found = await look("https://nobody.invalid", index, keys)
    assert wrong(found) == ["dns"]
    assert "nobody.invalid is not found" in found["dns"].text
    assert set(skipped(found)) == {*STEPS, "tls"} - {"credentials", "dns"}


async def test_a_closed_port_is_a_matter_of_the_connection(keys: KeyRing, index: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found = await look(f"http://127.0.0.1:{closed.getsockname()[1]}", index, keys)
    assert wrong(found) == ["connection"]
    assert "connection refused; nothing listens there" in found["connection"].text
    assert skipped(found) == ["clock", "signature", "store", "write", "search"]


async def test_a_certificate_of_a_private_ca_is_verified_by_it(
    opensearch_url: str, keys: KeyRing, index: str, tmp_path: Path
) -> None:
    authority = Authority()
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(authority.certificate)
    async with run_gateway(opensearch_url, tls=authority.server_context(tmp_path)) as gateway:
        gateway.keys = key_of(keys.current)
        found = await look(gateway.url, index, keys, ca_file=ca_file)
        unknown = await look(gateway.url, index, keys)

    assert wrong(found) == []
    assert "is verified: by Formwell's test authority, valid until" in found["tls"].text
    assert wrong(unknown) == ["tls"]
    assert "unable to get local issuer certificate" in unknown["tls"].text
    assert "FORMWELL_STORE_CA_FILE" in unknown["tls"].text
    assert skipped(unknown) == ["clock", "signature", "store", "write", "search"]


@pytest.mark.parametrize("wrong_folder", [False, True])
async def test_the_check_believes_whom_the_service_believes(
    opensearch_url: str,
    keys: KeyRing,
    index: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wrong_folder: bool,
) -> None:
    authority = Authority()
    (tmp_path / "ca.pem").write_bytes(authority.certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    if wrong_folder:
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nowhere"))
    async with run_gateway(opensearch_url, tls=authority.server_context(tmp_path)) as gateway:
        gateway.keys = key_of(keys.current)
        vouched_for = await look(gateway.url, index, keys)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))
        unknown = await look(gateway.url, index, keys)

    assert wrong(vouched_for) == []
    assert wrong(unknown) == ["tls"]


async def test_a_dead_address_before_one_that_answers_is_no_fault(
    gateway: Gateway, keys: KeyRing, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(gateway.url.rpartition(":")[2])
    loop = asyncio.get_running_loop()
    look_up = loop.getaddrinfo

    # What a name server would say, and for this name only: the addresses are real.
    async def answer(host: Any, *rest: Any, **options: Any) -> list[Any]:
        if host != "store.example":
            return await look_up(host, *rest, **options)
        kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*kind, (address, port)) for address in ("127.0.0.2", "127.0.0.1")]

    monkeypatch.setattr(loop, "getaddrinfo", answer)
    address = dataclasses.replace(parse_address(gateway.url), host="store.example")
    with dead_port("127.0.0.2", port):
        reached = await reach(address, None)
    assert [(finding.about, finding.ok) for finding in reached.findings] == [
        ("dns", True),
        ("connection", True),
    ]


@contextmanager
def dead_port(host: str, port: int) -> Iterator[None]:
    """One where nobody answers: its queue of connections is full, so that more are ignored."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((host, port))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((host, port))
        yield


@pytest.mark.parametrize(
    ("host", "days", "words"),
    [
        ("127.0.0.1", -1, "certificate has expired"),
        ("other.example.org", 20, "FORMWELL_STORE_URL must have the name"),
    ],
)
async def test_a_certificate_that_does_not_fit_is_named_as_what_it_is(
    opensearch_url: str,
    keys: KeyRing,
    index: str,
    tmp_path: Path,
    host: str,
    days: int,
    words: str,
) -> None:
    authority = Authority()
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(authority.certificate)
    until = datetime.now(UTC) + timedelta(days=days)
    tls: ssl.SSLContext = authority.server_context(tmp_path, host=host, valid_until=until)
    async with run_gateway(opensearch_url, tls=tls) as gateway:
        found = await look(gateway.url, index, keys, ca_file=ca_file)
    assert wrong(found) == ["tls"]
    assert words in found["tls"].text


async def test_a_clock_that_is_off_is_named_with_its_offset(
    gateway: Gateway, keys: KeyRing, index: str
) -> None:
    gateway.clock_ahead = timedelta(minutes=10)
    found = await look(gateway.url, index, keys)
    assert wrong(found) == ["clock", "signature"]
    assert "this machine is 600 s behind the server" in found["clock"].text.replace("599", "600")
    assert skipped(found) == ["write", "search"]
