"""The store for load tests."""

from service.null_store import NullStore
from service.store import Archive
from tests.embedded.samples import INDEX, document


async def test_every_document_is_said_to_be_created_and_none_is_kept() -> None:
    store: Archive = NullStore()

    results = await store.create(INDEX, [document(key="1"), document(key="1")])

    assert [result.status for result in results] == [201, 201]
    assert not await store.find(INDEX, document(key="1").receipt)
    assert await store.search(INDEX, "sega", limit=10) == []
    assert await store.fetch(INDEX, document(key="1").receipt) == []


async def test_its_sign_of_life_says_that_it_keeps_nothing() -> None:
    assert "keeps nothing" in await NullStore().ping()
