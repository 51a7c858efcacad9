"""Documents that go to a real OpenSearch, and are found there."""

import json
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from service.delivery.control import CONTROL
from service.opensearch.client import open_opensearch
from service.opensearch.store import OpenSearchStore
from service.store import Document
from tests.opensearch.cluster import Cluster
from tests.opensearch.samples import make_document, make_form

NOWHERE = UUID("01900000-0000-8000-8000-000000000000")


@pytest.fixture
async def store(opensearch_url: str, index: str) -> AsyncIterator[OpenSearchStore]:
    """A store with one form, on the test's index."""
    async with open_opensearch(opensearch_url, [make_form(index)]) as store:
        yield store


async def test_a_document_is_stored_as_its_bytes_say_and_found_by_its_receipt(
    store: OpenSearchStore, index: str, cluster: Cluster
) -> None:
    document = make_document(essay='Größe 数 🎮\nSonic "the" Hedgehog \\', mail="a@b.example")

    results = await store.create(index, [document])

    assert [result.status for result in results] == [201]
    assert results[0].error_type is None
    stored = await cluster.get(f"/{index}/_doc/{document.receipt}")
    assert stored["_source"] == json.loads(document.body)
    assert await store.find(index, document.receipt)
    assert not await store.find(index, NOWHERE)


async def test_a_document_that_is_there_already_conflicts_and_stays_as_it_was(
    store: OpenSearchStore, index: str, cluster: Cluster
) -> None:
    first = make_document(essay="Sega", mail="a@b.example")
    other = Document(receipt=first.receipt, body=make_document(essay="Nintendo").body)
    await store.create(index, [first])

    [result] = await store.create(index, [other])

    assert result.status == 409
    assert result.error_type == "version_conflict_engine_exception"
    stored = await cluster.get(f"/{index}/_doc/{first.receipt}")
    assert stored["_source"]["essay"] == "Sega"


async def test_each_document_has_its_own_result_in_the_order_given(
    store: OpenSearchStore, index: str
) -> None:
    known = make_document(essay="one")
    await store.create(index, [known])
    stranger = make_document(essay="two", surprise="not in the mapping")
    batch = [make_document(essay="three"), known, stranger, make_document(essay="four")]

    results = await store.create(index, batch)

    assert [result.status for result in results] == [201, 409, 400, 201]
    assert results[2].error_type == "strict_dynamic_mapping_exception"
    assert results[2].reason is not None
    assert "surprise" in results[2].reason


async def test_a_control_is_refused_by_itself_and_leaves_nothing(
    store: OpenSearchStore, index: str
) -> None:
    control = Document(receipt=CONTROL.receipt, body=CONTROL.document)
    for documents in ([control], [make_document(essay="one"), control]):
        *_, result = await store.create(index, documents)
        assert result.status == 400
        assert not await store.find(index, CONTROL.receipt)


async def test_no_document_is_no_request(store: OpenSearchStore, index: str) -> None:
    assert await store.create(index, []) == []
    assert not await store.find(index, NOWHERE)


async def test_a_search_finds_any_word_and_puts_the_best_first(
    store: OpenSearchStore, index: str, cluster: Cluster
) -> None:
    both = make_document(essay="Sega against Nintendo: Sega", mail="sega@b.example")
    one = make_document(essay="I had neither, but a friend of mine had a Sega once", mail="x@y.z")
    none = make_document(essay="Amiga", mail="sega@sega.example")
    await store.create(index, [none, one, both])
    await cluster.ask("POST", f"/{index}/_refresh")

    hits = await store.search(index, "sega NINTENDO", limit=10)

    assert [hit.receipt for hit in hits] == [str(both.receipt), str(one.receipt)]
    assert hits[0].score > hits[1].score > 0
    assert hits[0].index == index
    assert hits[0].document == json.loads(both.body)
    assert len(await store.search(index, "sega", limit=1)) == 1


async def test_a_search_where_nothing_was_stored_finds_nothing(
    store: OpenSearchStore, index: str
) -> None:
    assert await store.search(index, "sega", limit=10) == []
    assert await store.search("formwell-tests-of-nobody", "sega", limit=10) == []


async def test_a_form_without_words_to_search_gives_no_hits(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    async with open_opensearch(opensearch_url, [make_form(index, mail="email")]) as store:
        await store.create(index, [make_document(mail="sega@b.example")])
        await cluster.ask("POST", f"/{index}/_refresh")

        assert await store.search(index, "sega@b.example", limit=10) == []


async def test_a_sign_of_life_names_the_store_and_its_version(store: OpenSearchStore) -> None:
    said = await store.ping()

    assert said.startswith("OpenSearch ")
    assert said.split()[1][0].isdigit()


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        ({"mail": "secret" * 6_000}, "illegal_argument_exception"),
        ({"is_spam": "secret ] ' \" words"}, "mapper_parsing_exception"),
        ({"client_ip_addr": "secret ] ' \" words"}, "mapper_parsing_exception"),
        ({"iso_timestamp": "secret ] ' \" words"}, "mapper_parsing_exception"),
        ({"essay": {"secret": "secret ] ' \" words"}}, "mapper_parsing_exception"),
    ],
)
async def test_the_reason_of_a_refused_document_never_quotes_it(
    store: OpenSearchStore, index: str, broken: dict[str, object], kind: str
) -> None:
    document = make_document()
    body = json.dumps({**json.loads(document.body), **broken}).encode()

    [result] = await store.create(index, [Document(receipt=document.receipt, body=body)])

    assert result.status == 400
    assert result.error_type == kind
    assert result.reason is not None
    assert next(iter(broken)) in result.reason  # the field is named
    assert "secret" not in result.reason
    assert "115, 101, 99" not in result.reason  # the same, byte by byte
