"""Creating and finding documents in the embedded store."""

import asyncio
import json
from pathlib import Path
from uuid import UUID

import apsw
import pytest

from service.embedded.opening import FILE_NAME
from service.embedded.store import EmbeddedStore, open_embedded
from service.store import Document, ItemResult, Store, StoreRefused
from tests.embedded.samples import FORMS, INDEX, OTHER_FORM, document

CREATED = ItemResult(status=201)


def conflict(receipt: UUID) -> ItemResult:
    return ItemResult(
        status=409,
        error_type="version_conflict_engine_exception",
        reason=f"[{receipt}]: version conflict, document already exists",
    )


async def test_a_new_document_is_created_and_can_be_found(store: EmbeddedStore) -> None:
    sega = document()

    assert await store.create(INDEX, [sega]) == [CREATED]
    assert await store.find(INDEX, sega.receipt)


async def test_a_document_that_was_never_created_is_not_found(store: EmbeddedStore) -> None:
    assert not await store.find(INDEX, document().receipt)


async def test_a_document_is_found_in_its_own_index_only(store: EmbeddedStore) -> None:
    sega = document()
    await store.create(INDEX, [sega])

    assert not await store.find(OTHER_FORM.index, sega.receipt)
    assert await store.create(OTHER_FORM.index, [sega]) == [CREATED]


async def test_an_id_that_is_there_gives_a_conflict_and_changes_nothing(
    store: EmbeddedStore,
) -> None:
    first = document("Sega won")
    await store.create(INDEX, [first])
    second = Document(receipt=first.receipt, body=document("Nintendo won").body)

    assert await store.create(INDEX, [second]) == [conflict(first.receipt)]
    assert await store.search(INDEX, "nintendo", limit=10) == []
    assert [hit.document for hit in await store.search(INDEX, "won", limit=10)] == [
        json.loads(first.body)
    ]


async def test_results_keep_the_order_of_their_documents(store: EmbeddedStore) -> None:
    old, new = document(key="old"), document(key="new")
    await store.create(INDEX, [old])
    broken = Document(receipt=UUID(int=1), body=b"[]")

    results = await store.create(INDEX, [broken, new, old, new])

    assert results == [
        ItemResult(
            status=400,
            error_type="mapper_parsing_exception",
            reason="the document is not a JSON object",
        ),
        CREATED,
        conflict(old.receipt),
        conflict(new.receipt),
    ]
    assert not await store.find(INDEX, broken.receipt)


async def test_an_empty_batch_gives_no_results(store: EmbeddedStore) -> None:
    assert await store.create(INDEX, []) == []


async def test_an_index_without_a_form_is_refused(store: EmbeddedStore) -> None:
    for refused in (
        store.create("unknown", [document()]),
        store.find("unknown", document().receipt),
        store.search("unknown", "sega", limit=10),
    ):
        with pytest.raises(StoreRefused, match="no form has the index unknown") as caught:
            await refused
        assert (caught.value.status, caught.value.error_type) == (404, "form_missing")


async def test_documents_are_there_after_opening_anew(tmp_path: Path) -> None:
    sega = document()
    async with open_embedded(tmp_path / "new" / "folder", FORMS) as store:
        await store.create(INDEX, [sega])

    async with open_embedded(tmp_path / "new" / "folder", FORMS) as store:
        assert await store.create(INDEX, [sega]) == [conflict(sega.receipt)]
        assert [hit.receipt for hit in await store.search(INDEX, "sega", limit=10)] == [
            str(sega.receipt)
        ]


async def test_a_sign_of_life_names_store_and_version(store: EmbeddedStore) -> None:
    as_port: Store = store

    assert (await as_port.ping()).startswith("embedded store (SQLite 3.")


async def test_the_loop_turns_while_the_file_makes_a_writer_wait(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    other = await asyncio.to_thread(apsw.Connection, str(tmp_path / FILE_NAME))
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
    creating = asyncio.create_task(store.create(INDEX, [document()]))
    turns = 0
    while turns < 100:
        await asyncio.sleep(0.001)
        turns += 1
    assert not creating.done()
    await asyncio.to_thread(other.execute, "ROLLBACK")
    await asyncio.to_thread(other.close)

    assert await creating == [CREATED]
