"""What `formwell check` finds at an OpenSearch behind a gateway that checks signatures."""

import json

import pytest

from service.opensearch.check.permissions import Deed, name_missing_permission
from service.store import StoreRefused
from tests.opensearch.aws.examined import STEPS, look, skipped, wrong
from tests.opensearch.aws.gateway import Gateway, run_gateway
from tests.opensearch.aws.key_ring import KeyRing, key_of
from tests.opensearch.cluster import Cluster
from tests.opensearch.lying_server import run_lying_server, say

ROLE = "arn:aws:sts::111122223333:assumed-role/formwell-intake/i-0"


def not_authorized(action: str) -> object:
    """The text of IAM in front of a domain."""
    return {
        "Message": f"User: {ROLE} is not authorized to perform: {action} because no "
        "identity-based policy allows the action"
    }


async def test_all_is_well_and_no_document_stays(
    gateway: Gateway, keys: KeyRing, cluster: Cluster, index: str
) -> None:
    found = await look(gateway.url, index, keys)
    assert list(found) == STEPS
    assert all(finding.ok for finding in found.values()), found
    assert found["credentials"].text == "from env, key id ending in IRST; they do not expire"
    assert "this role may write" in found["write"].text

    await cluster.ask("POST", f"/{index}/_refresh")
    assert (await cluster.get(f"/{index}/_count"))["count"] == 0
    properties = await cluster.properties(index)
    assert {"essay", "is_spam"} <= properties.keys()
    assert "Formwell-check" not in properties


@pytest.mark.parametrize("dynamic", ["true", "false"])
async def test_an_index_that_takes_anything_is_left_as_it_is(
    gateway: Gateway, keys: KeyRing, cluster: Cluster, index: str, dynamic: str
) -> None:
    settings = {"index.mapping.ignore_malformed": True}
    await cluster.put(f"/{index}", {"settings": settings, "mappings": {"dynamic": dynamic}})
    found = await look(gateway.url, index, keys)

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
    gateway: Gateway, keys: KeyRing, index: str
) -> None:
    keys.fault = StoreRefused("there are none: …", status=401, error_type="credentials_missing")
    found = await look(gateway.url, index, keys)
    assert list(found) == STEPS
    assert wrong(found) == ["credentials"]
    assert skipped(found) == ["signature", "store", "write", "search"]
    assert "because there are no credentials" in found["write"].text


async def test_a_key_that_aws_does_not_know_is_a_matter_of_the_signature(
    gateway: Gateway, keys: KeyRing, index: str
) -> None:
    gateway.keys = {}
    found = await look(gateway.url, index, keys)
    assert wrong(found) == ["signature"]
    assert skipped(found) == ["write", "search"]


async def test_a_write_only_role_is_well_with_a_note_about_searching(
    gateway: Gateway, keys: KeyRing, index: str
) -> None:
    gateway.denied = {"_search": not_authorized("es:ESHttpPost")}
    found = await look(gateway.url, index, keys)
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
    gateway: Gateway, keys: KeyRing, index: str, path: str, action: str, statement: str
) -> None:
    gateway.denied = {path: not_authorized(action)}
    found = await look(gateway.url, index, keys)
    assert wrong(found) == ["write"]
    assert f"missing is {action} on /{index}/{path}" in found["write"].text
    assert f"the statement {statement} of deploy/aws/policies/iam-intake-es.json" in (
        found["write"].text
    )
    assert found["search"].ok


async def test_a_permission_of_fine_grained_access_control_is_named(
    gateway: Gateway, keys: KeyRing, index: str
) -> None:
    reason = f"no permissions for [indices:data/write/bulk] and User [name={ROLE}, backend_roles=[]"
    gateway.denied = {"_bulk": {"error": {"type": "security_exception", "reason": reason}}}
    found = await look(gateway.url, index, keys)
    assert wrong(found) == ["write"]
    assert "indices:data/write/bulk in the cluster_permissions" in found["write"].text
    assert "fgac-intake-role.json" in found["write"].text


async def test_an_explicit_denial_is_not_taken_for_a_missing_line(
    gateway: Gateway, keys: KeyRing, index: str
) -> None:
    text = f"User: {ROLE} is not authorized to perform: es:ESHttpPost with an explicit deny"
    gateway.denied = {"_bulk": {"Message": text}}
    found = await look(gateway.url, index, keys)
    assert wrong(found) == ["write"]
    assert "missing" not in found["write"].text
    assert "remove that statement" in found["write"].text


async def test_a_role_that_may_not_ask_who_is_there_is_recognised_all_the_same(
    gateway: Gateway, keys: KeyRing, index: str
) -> None:
    gateway.refusal = not_authorized("es:ESHttpGet")
    found = await look(gateway.url, index, keys)
    assert found["signature"].ok
    assert found["store"].ok is None
    assert wrong(found) == ["write"]


async def test_serverless_is_recognised_and_so_is_a_collection_that_takes_no_ids(
    opensearch_url: str, keys: KeyRing, index: str
) -> None:
    async with run_gateway(opensearch_url, service="aoss") as gateway:
        gateway.keys = key_of(keys.current)
        well = await look(gateway.url, index, keys, service="aoss")
        gateway.takes_ids = False
        found = await look(gateway.url, index, keys, service="aoss")
        gateway.denied = {index: {"status": 403, "error": {"type": "Forbidden"}}}
        denied = await look(gateway.url, index, keys, service="aoss")

    assert wrong(well) == []
    assert well["store"].text == "OpenSearch Serverless"
    assert wrong(found) == ["write"]
    assert "SEARCH" in found["write"].text
    assert wrong(denied) == ["write"]
    assert "aoss:WriteDocument" in denied["write"].text
    assert "aoss-data-access.json" in denied["write"].text


async def test_a_refusal_that_says_nothing_proves_no_signature(
    opensearch_url: str, keys: KeyRing, index: str
) -> None:
    async with run_gateway(opensearch_url, service="aoss") as gateway:
        gateway.keys = key_of(keys.current)
        gateway.refusal = {"status": 403, "error": {"type": "Forbidden", "reason": "no"}}
        found = await look(gateway.url, index, keys, service="aoss")
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


async def test_nothing_secret_is_in_a_finding(gateway: Gateway, keys: KeyRing, index: str) -> None:
    credentials = keys.current
    assert credentials.token is not None
    for accepted in (gateway.keys, {}):
        gateway.keys = accepted
        found = await look(gateway.url, index, keys)
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
