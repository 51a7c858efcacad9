"""Signed requests, all the way through a checker of another hand to a real OpenSearch."""

import json

import pytest

from service.opensearch.address import parse_address
from service.opensearch.aws.authentication import AwsAuthentication
from service.opensearch.client import open_opensearch
from service.opensearch.connection import StoreConnection
from service.store import StoreRefused
from tests.opensearch.aws.gateway import REGION, Gateway, run_gateway
from tests.opensearch.aws.key_ring import KeyRing, key_of, make_credentials
from tests.opensearch.aws.signed_store import open_signed
from tests.opensearch.cluster import Cluster
from tests.opensearch.samples import make_document, make_form

ESSAY = "Größe 数 🎮 Sega + Nintendo * 100%\nsaid: a b"


@pytest.mark.parametrize("service", ["es", "aoss"])
@pytest.mark.parametrize("prefix", ["", "/search", "/odd%20path/*,+~"])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_what_is_written_signed_is_found_signed(
    opensearch_url: str,
    cluster: Cluster,
    index: str,
    keys: KeyRing,
    service: str,
    prefix: str,
    host: str,
) -> None:
    document = make_document(essay=ESSAY, mail="ann@example.org")
    async with run_gateway(opensearch_url, service=service, host=host) as gateway:
        gateway.keys = key_of(keys.current)
        # As the gateway gets it, and as a person may write it.
        gateway.prefix = prefix.replace("*", "%2A").replace(",", "%2C").replace("+", "%2B")
        gateway.url += prefix
        async with open_signed(gateway, keys, index) as store:
            [result] = await store.create(index, [document])
            assert result.status == 201
            assert await store.find(index, document.receipt)
            await cluster.ask("POST", f"/{index}/_refresh")
            [hit] = await store.search(index, "sega + nintendo *", limit=5)
            assert hit.document == json.loads(document.body)
            assert (await store.ping()).startswith("OpenSearch")
        assert gateway.refused == []
        assert len(gateway.passed) >= 7
        bulks = [target for _, target in gateway.passed if "/_bulk" in target]
        assert bulks
        assert all(("?filter_path=" in target) == (service == "es") for target in bulks)


@pytest.mark.parametrize("compressed", [False, True])
async def test_the_bytes_on_the_wire_are_signed_compressed_or_not(
    gateway: Gateway, keys: KeyRing, index: str, cluster: Cluster, compressed: bool
) -> None:
    connection = StoreConnection(
        parse_address(gateway.url),
        authentication=AwsAuthentication(keys, service="es", region=REGION),
        ca_file=None,
        connect_seconds=3,
        request_seconds=30,
    )
    connection.http_compress = compressed
    connection.open()
    try:
        body = json.dumps({"essay": ESSAY}, ensure_ascii=False).encode()
        path = f"/{index}/_doc/%C3%A4*,b%2Fc"
        await connection.perform_request("PUT", path, {"refresh": b"true"}, body)
        params = {"q": "essay:sega + nintendo*", "filter_path": b"hits.hits._id,hits.total.*"}
        _, _, text = await connection.perform_request("GET", f"/{index}/_search", params)
    finally:
        await connection.close()
    assert json.loads(text)["hits"]["hits"] == [{"_id": "ä*,b/c"}]
    assert gateway.refused == []


async def test_serverless_is_asked_for_nothing_it_lacks(
    opensearch_url: str, keys: KeyRing, index: str, cluster: Cluster
) -> None:
    async with run_gateway(opensearch_url, service="aoss") as gateway:
        gateway.keys = key_of(keys.current)
        async with open_signed(gateway, keys, index) as store:
            await store.create(index, [make_document(essay="one")])
            await store.find(index, make_document().receipt)
            await store.search(index, "one", limit=1)
            assert await store.ping() == "OpenSearch Serverless"
        assert gateway.lacking == []
        # The checker of that is alive.
        async with open_opensearch(
            gateway.url,
            [],
            authentication=AwsAuthentication(keys, service="es", region=REGION),
        ) as other:
            with pytest.raises(StoreRefused):
                await other.ping()
        assert "scoped" in gateway.refused[-1]


async def test_a_collection_without_ids_is_recognised_and_nothing_is_written(
    opensearch_url: str, keys: KeyRing, index: str, cluster: Cluster
) -> None:
    async with run_gateway(opensearch_url, service="aoss") as gateway:
        gateway.keys = key_of(keys.current)
        gateway.takes_ids = False
        documents = [make_document(essay="one"), make_document(essay="two")]
        async with open_signed(gateway, keys, index) as store:
            results = await store.create(index, documents)
            assert {(result.status, result.error_type) for result in results} == {
                (409, "ids_not_supported")
            }
            gateway.takes_ids = True
            assert [each.status for each in await store.create(index, documents)] == [201, 201]


async def test_many_requests_at_once_are_each_signed_well(
    gateway: Gateway, keys: KeyRing, index: str, cluster: Cluster
) -> None:
    async with open_signed(gateway, keys, index) as store:
        results = await store.create(index, [make_document(essay=str(n)) for n in range(1_000)])
        assert {result.status for result in results} == {201}
    assert gateway.refused == []


async def test_signed_requests_go_over_https_unless_they_stay_on_the_machine() -> None:
    authentication = AwsAuthentication(
        KeyRing(make_credentials("AKIDANY")), service="es", region=REGION
    )
    for url, words in (
        ("http://search.example", "https only"),
        ("http://10.0.0.1:9200", "https only"),
        ("https://user:word@search.example", "no user and password"),
    ):
        with pytest.raises(ValueError, match=words):
            async with open_opensearch(url, [make_form("a")], authentication=authentication):
                raise AssertionError("not reached")
    async with open_opensearch("http://localhost:9", [], authentication=authentication):
        pass
