"""What `formwell check` finds at an OpenSearch behind a gateway that checks signatures."""

import json
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.finding import Finding
from service.opensearch.address import parse_address
from service.opensearch.authentication import AwsAuthentication
from service.opensearch.client import open_opensearch
from service.opensearch.examination import Subject, examine
from service.opensearch.permissions import Deed, name_missing_permission
from service.store import StoreRefused
from tests.certificates import Authority
from tests.opensearch.aws.gateway import REGION, Gateway, run_gateway
from tests.opensearch.aws.key_ring import KeyRing, key_of, make_credentials
from tests.opensearch.cluster import Cluster
from tests.opensearch.lying_server import run_lying_server, say
from tests.opensearch.samples import make_form

STEPS = ["credentials", "dns", "connection", "clock", "signature", "store", "write", "search"]
ROLE = "arn:aws:sts::111122223333:assumed-role/formwell-intake/i-0"


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing(make_credentials("ASIAEXAMINED0042"))


@pytest.fixture
async def gateway(opensearch_url: str, ring: KeyRing) -> AsyncIterator[Gateway]:
    async with run_gateway(opensearch_url) as gateway:
        gateway.keys = key_of(ring.current)
        yield gateway


async def look(
    url: str,
    index: str,
    ring: KeyRing | None,
    *,
    service: str = "es",
    ca_file: Path | None = None,
) -> dict[str, Finding]:
    """Every finding by what it is about, in order; each is there once."""
    form = make_form(index)
    signed = AwsAuthentication(ring, service=service, region=REGION) if ring else None
    async with open_opensearch(url, [form], authentication=signed, ca_file=ca_file) as store:
        subject = Subject(
            address=parse_address(url),
            ca_file=ca_file,
            store=store,
            provider=ring,
            service=service if ring else None,
        )
        findings = [finding async for finding in examine(subject, [form])]
    found = {finding.about: finding for finding in findings}
    assert len(found) == len(findings)
    return found


def wrong(found: dict[str, Finding]) -> list[str]:
    return [about for about, finding in found.items() if finding.ok is False]


def skipped(found: dict[str, Finding]) -> list[str]:
    return [about for about, finding in found.items() if finding.skipped]


def not_authorized(action: str) -> object:
    """The text of IAM in front of a domain."""
    return {
        "Message": f"User: {ROLE} is not authorized to perform: {action} because no "
        "identity-based policy allows the action"
    }


async def test_all_is_well_and_no_document_stays(
    gateway: Gateway, ring: KeyRing, cluster: Cluster, index: str
) -> None:
    found = await look(gateway.url, index, ring)
    assert list(found) == STEPS
    assert all(finding.ok for finding in found.values()), found
    assert found["credentials"].text == "from env, key id ending in 0042; they do not expire"
    assert "this role may write" in found["write"].text

    await cluster.ask("POST", f"/{index}/_refresh")
    assert (await cluster.get(f"/{index}/_count"))["count"] == 0
    properties = await cluster.properties(index)
    assert {"essay", "is_spam"} <= properties.keys()
    assert "Formwell-check" not in properties


@pytest.mark.parametrize("dynamic", ["true", "false"])
async def test_an_index_that_takes_anything_is_left_as_it_is(
    gateway: Gateway, ring: KeyRing, cluster: Cluster, index: str, dynamic: str
) -> None:
    settings = {"index.mapping.ignore_malformed": True}
    await cluster.put(f"/{index}", {"settings": settings, "mappings": {"dynamic": dynamic}})
    found = await look(gateway.url, index, ring)

    assert found["write"].ok, found["write"]
    await cluster.ask("POST", f"/{index}/_refresh")
    assert (await cluster.get(f"/{index}/_count"))["count"] == 0
    assert "Formwell-check" not in await cluster.properties(index)


async def test_an_opensearch_without_signatures_has_fewer_findings(
    opensearch_url: str, cluster: Cluster, index: str
) -> None:
    found = await look(opensearch_url, index, None)
    assert list(found) == ["dns", "connection", "store", "write", "search"]
    assert all(finding.ok for finding in found.values()), found


async def test_without_credentials_the_machine_is_looked_at_all_the_same(
    gateway: Gateway, ring: KeyRing, index: str
) -> None:
    ring.fault = StoreRefused("there are none: …", status=401, error_type="credentials_missing")
    found = await look(gateway.url, index, ring)
    assert list(found) == STEPS
    assert wrong(found) == ["credentials"]
    assert skipped(found) == ["signature", "store", "write", "search"]
    assert "because there are no credentials" in found["write"].text


async def test_a_name_that_is_not_found_is_a_matter_of_dns(ring: KeyRing, index: str) -> None:
    found = await look("https://nobody.invalid", index, ring)
    assert wrong(found) == ["dns"]
    assert "nobody.invalid is not found" in found["dns"].text
    assert set(skipped(found)) == {*STEPS, "tls"} - {"credentials", "dns"}


async def test_a_closed_port_is_a_matter_of_the_connection(ring: KeyRing, index: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found = await look(f"http://127.0.0.1:{closed.getsockname()[1]}", index, ring)
    assert wrong(found) == ["connection"]
    assert "connection refused" in found["connection"].text
    assert skipped(found) == ["clock", "signature", "store", "write", "search"]


async def test_a_certificate_of_a_private_ca_is_verified_by_it(
    opensearch_url: str, ring: KeyRing, index: str, tmp_path: Path
) -> None:
    authority = Authority()
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(authority.certificate)
    async with run_gateway(opensearch_url, tls=authority.server_context(tmp_path)) as gateway:
        gateway.keys = key_of(ring.current)
        found = await look(gateway.url, index, ring, ca_file=ca_file)
        unknown = await look(gateway.url, index, ring)

    assert wrong(found) == []
    assert "is verified: by Formwell's test authority, valid until" in found["tls"].text
    assert wrong(unknown) == ["tls"]
    assert "unable to get local issuer certificate" in unknown["tls"].text
    assert "FORMWELL_STORE_CA_FILE" in unknown["tls"].text
    assert skipped(unknown) == ["clock", "signature", "store", "write", "search"]


@pytest.mark.parametrize(
    ("host", "days", "words"),
    [
        ("127.0.0.1", -1, "certificate has expired"),
        ("other.example.org", 20, "FORMWELL_STORE_URL must have the name"),
    ],
)
async def test_a_certificate_that_does_not_fit_is_named_as_what_it_is(
    opensearch_url: str,
    ring: KeyRing,
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
        found = await look(gateway.url, index, ring, ca_file=ca_file)
    assert wrong(found) == ["tls"]
    assert words in found["tls"].text


async def test_a_clock_that_is_off_is_named_with_its_offset(
    gateway: Gateway, ring: KeyRing, index: str
) -> None:
    gateway.clock_ahead = timedelta(minutes=10)
    found = await look(gateway.url, index, ring)
    assert wrong(found) == ["clock", "signature"]
    assert "this machine is 600 s behind the server" in found["clock"].text.replace("599", "600")
    assert skipped(found) == ["write", "search"]


async def test_a_key_that_aws_does_not_know_is_a_matter_of_the_signature(
    gateway: Gateway, ring: KeyRing, index: str
) -> None:
    gateway.keys = {}
    found = await look(gateway.url, index, ring)
    assert wrong(found) == ["signature"]
    assert skipped(found) == ["write", "search"]


async def test_a_write_only_role_is_well_with_a_note_about_searching(
    gateway: Gateway, ring: KeyRing, index: str
) -> None:
    gateway.denied = {"_search": not_authorized("es:ESHttpPost")}
    found = await look(gateway.url, index, ring)
    assert wrong(found) == []
    assert found["search"].ok is None
    assert "as is right where it only writes" in found["search"].text
    assert f"es:ESHttpPost on /{index}/_search" in found["search"].text
    assert "the statement SearchSubmissions of" in found["search"].text


@pytest.mark.parametrize(
    ("path", "action", "statement"),
    [
        ("_bulk", "es:ESHttpPost", "WriteSubmissions"),
        ("_mapping", "es:ESHttpGet", "LookAtIndexes"),
    ],
)
async def test_the_statement_that_is_missing_is_named(
    gateway: Gateway, ring: KeyRing, index: str, path: str, action: str, statement: str
) -> None:
    gateway.denied = {path: not_authorized(action)}
    found = await look(gateway.url, index, ring)
    assert wrong(found) == ["write"]
    assert f"missing is {action} on /{index}/{path}" in found["write"].text
    assert f"the statement {statement} of deploy/aws/policies/iam-intake-es.json" in (
        found["write"].text
    )
    assert found["search"].ok


async def test_a_permission_of_fine_grained_access_control_is_named(
    gateway: Gateway, ring: KeyRing, index: str
) -> None:
    reason = f"no permissions for [indices:data/write/bulk] and User [name={ROLE}, backend_roles=[]"
    gateway.denied = {"_bulk": {"error": {"type": "security_exception", "reason": reason}}}
    found = await look(gateway.url, index, ring)
    assert wrong(found) == ["write"]
    assert "indices:data/write/bulk in the cluster_permissions" in found["write"].text
    assert "fgac-intake-role.json" in found["write"].text


async def test_an_explicit_denial_is_not_taken_for_a_missing_line(
    gateway: Gateway, ring: KeyRing, index: str
) -> None:
    text = f"User: {ROLE} is not authorized to perform: es:ESHttpPost with an explicit deny"
    gateway.denied = {"_bulk": {"Message": text}}
    found = await look(gateway.url, index, ring)
    assert wrong(found) == ["write"]
    assert "missing" not in found["write"].text
    assert "remove that statement" in found["write"].text


async def test_a_role_that_may_not_ask_who_is_there_is_recognised_all_the_same(
    gateway: Gateway, ring: KeyRing, index: str
) -> None:
    gateway.refusal = not_authorized("es:ESHttpGet")
    found = await look(gateway.url, index, ring)
    assert found["signature"].ok
    assert found["store"].ok is None
    assert wrong(found) == ["write"]


async def test_serverless_is_recognised_and_so_is_a_collection_that_takes_no_ids(
    opensearch_url: str, ring: KeyRing, index: str
) -> None:
    async with run_gateway(opensearch_url, service="aoss") as gateway:
        gateway.keys = key_of(ring.current)
        well = await look(gateway.url, index, ring, service="aoss")
        gateway.takes_ids = False
        found = await look(gateway.url, index, ring, service="aoss")
        gateway.denied = {index: {"status": 403, "error": {"type": "Forbidden"}}}
        denied = await look(gateway.url, index, ring, service="aoss")

    assert wrong(well) == []
    assert well["store"].text == "OpenSearch Serverless"
    assert wrong(found) == ["write"]
    assert "SEARCH" in found["write"].text
    assert wrong(denied) == ["write"]
    assert "aoss:WriteDocument" in denied["write"].text
    assert "aoss-data-access.json" in denied["write"].text


async def test_a_refusal_that_says_nothing_proves_no_signature(
    opensearch_url: str, ring: KeyRing, index: str
) -> None:
    async with run_gateway(opensearch_url, service="aoss") as gateway:
        gateway.keys = key_of(ring.current)
        gateway.refusal = {"status": 403, "error": {"type": "Forbidden", "reason": "no"}}
        found = await look(gateway.url, index, ring, service="aoss")
    assert found["signature"].ok is None
    assert wrong(found) == ["write"]
    assert "aoss:APIAccessAll" in found["write"].text


async def test_what_is_no_opensearch_is_not_written_to(index: str) -> None:
    async with run_lying_server() as server:
        server.answers["GET", "/"] = say("<html>Welcome</html>")
        found = await look(server.url, index, None)
    assert wrong(found) == ["store"]
    assert skipped(found) == ["write", "search"]
    assert set(server.requests) == {("GET", "/")}


async def test_nothing_secret_is_in_a_finding(gateway: Gateway, ring: KeyRing, index: str) -> None:
    credentials = ring.current
    assert credentials.token is not None
    for keys in (gateway.keys, {}):
        gateway.keys = keys
        found = await look(gateway.url, index, ring)
        text = json.dumps([finding.text for finding in found.values()])
        for secret in (credentials.access_key, credentials.secret_key, credentials.token):
            assert secret not in text


def test_an_action_nobody_listed_is_named_as_it_is() -> None:
    said = name_missing_permission(
        "x may not perform es:ESHttpDelete", deed=Deed.WRITE, index="i", service="es"
    )
    assert "missing is es:ESHttpDelete for i" in said
    said = name_missing_permission("no", deed=Deed.SEARCH, index="i", service=None)
    assert "a permission to search i" in said
