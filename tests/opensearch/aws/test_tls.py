"""Certificates: a store that cannot prove who it is gets nothing, and the error names why."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.store import StoreUnavailable
from tests.certificates import Authority
from tests.opensearch.aws.gateway import run_gateway
from tests.opensearch.aws.key_ring import KeyRing, key_of
from tests.opensearch.aws.signed_store import open_signed
from tests.opensearch.cluster import Cluster
from tests.opensearch.samples import make_document


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """One whose own certificate is in ca.pem."""
    authority = Authority()
    (tmp_path / "ca.pem").write_bytes(authority.certificate)
    return authority


async def test_a_private_authority_vouches_for_a_store_of_its_own(
    opensearch_url: str,
    keys: KeyRing,
    index: str,
    cluster: Cluster,
    authority: Authority,
    tmp_path: Path,
) -> None:
    async with run_gateway(opensearch_url, tls=authority.server_context(tmp_path)) as gateway:
        gateway.keys = key_of(keys.current)
        async with open_signed(gateway, keys, index, ca_file=tmp_path / "ca.pem") as store:
            [result] = await store.create(index, [make_document()])
    assert result.status == 201


@pytest.mark.parametrize(
    ("host", "days", "known", "words"),
    [
        ("127.0.0.1", 1, False, "unable to get local issuer certificate"),
        ("127.0.0.1", -1, True, "certificate has expired"),
        ("search.example", 1, True, "IP address mismatch"),
    ],
)
async def test_a_certificate_that_is_wrong_is_named_and_nothing_is_sent(
    keys: KeyRing,
    authority: Authority,
    tmp_path: Path,
    host: str,
    days: int,
    known: bool,
    words: str,
) -> None:
    """F30: not in clear, and not to whom nobody vouches for."""
    until = datetime.now(UTC) + timedelta(days=days)
    tls = authority.server_context(tmp_path, host=host, valid_until=until)
    async with run_gateway("http://127.0.0.1:9", tls=tls) as gateway:
        gateway.keys = key_of(keys.current)
        ca_file = tmp_path / "ca.pem" if known else None
        async with open_signed(gateway, keys, "a", ca_file=ca_file) as store:
            with pytest.raises(StoreUnavailable, match=f"TLS certificate .*{words}") as failed:
                await store.create("a", [make_document()])
        assert gateway.passed == []
        assert gateway.refused == []
    assert ("FORMWELL_STORE_CA_FILE" in str(failed.value)) is not known


async def test_with_a_private_authority_no_other_is_believed(
    keys: KeyRing, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "other.pem").write_bytes(Authority().certificate)
    tls = authority.server_context(tmp_path)
    async with (
        run_gateway("http://127.0.0.1:9", tls=tls) as gateway,
        open_signed(gateway, keys, "a", ca_file=tmp_path / "other.pem") as store,
    ):
        with pytest.raises(StoreUnavailable, match="TLS certificate"):
            await store.ping()


async def test_a_wrong_path_to_the_systems_authorities_is_a_certificate_not_accepted(
    keys: KeyRing, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))
    tls = authority.server_context(tmp_path)
    async with (
        run_gateway("http://127.0.0.1:9", tls=tls) as gateway,
        open_signed(gateway, keys, "a") as store,
    ):
        with pytest.raises(StoreUnavailable, match="TLS certificate"):
            await store.ping()


@pytest.mark.parametrize("text", [None, "", "not a certificate"])
async def test_a_file_without_certificates_is_an_error_at_once(
    keys: KeyRing, tmp_path: Path, text: str | None
) -> None:
    ca_file = tmp_path / "ca.pem"
    if text is not None:
        ca_file.write_text(text)
    async with run_gateway("http://127.0.0.1:9") as gateway:
        with pytest.raises(ValueError, match=r"ca\.pem cannot be read as certificates"):
            async with open_signed(gateway, keys, "a", ca_file=ca_file):
                raise AssertionError("not reached")
