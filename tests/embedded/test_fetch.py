"""Documents by what names them to people: the receipt, or the end of it that is read out."""

from uuid import UUID

import pytest

from service.embedded.store import EmbeddedStore
from service.store import Document, StoreRefused
from service.submission import reference_bits
from tests.embedded.samples import INDEX, document

FIRST = UUID("019aab00-1234-8abc-9def-0123456789ab")
SAME_END = UUID("019aab00-ffff-8abc-9def-0003456789ab")
BIT_33_DIFFERS = UUID("019aab00-1234-8abc-9def-0122456789ab")
LAST_BIT_DIFFERS = UUID("019aab00-1234-8abc-9def-0123456789aa")


async def test_a_receipt_gives_its_document_and_no_other(store: EmbeddedStore) -> None:
    sega, nintendo = document("Sega"), document("Nintendo")
    await store.create(INDEX, [sega, nintendo])

    [hit] = await store.fetch(INDEX, sega.receipt)

    assert (hit.receipt, hit.index) == (str(sega.receipt), INDEX)
    assert hit.document["essay"] == "Sega"


async def test_a_short_reference_gives_all_that_share_it(store: EmbeddedStore) -> None:
    body = document().body
    receipts = (FIRST, SAME_END, BIT_33_DIFFERS, LAST_BIT_DIFFERS)
    await store.create(INDEX, [Document(receipt=receipt, body=body) for receipt in receipts])

    hits = await store.fetch(INDEX, reference_bits(FIRST))

    assert [hit.receipt for hit in hits] == [str(FIRST), str(SAME_END)]


async def test_what_is_not_there_is_not_found(store: EmbeddedStore) -> None:
    await store.create(INDEX, [document()])

    assert await store.fetch(INDEX, FIRST) == []
    assert await store.fetch("other-answers", document().receipt) == []
    with pytest.raises(StoreRefused, match="no form has the index"):
        await store.fetch("nobodys", FIRST)


async def test_of_many_receipts_those_that_are_there_are_given(store: EmbeddedStore) -> None:
    sega, nintendo = document("Sega"), document("Nintendo", key="key-2")
    await store.create(INDEX, [sega, nintendo])

    found = await store.fetch_many(INDEX, [sega.receipt, FIRST, nintendo.receipt])

    assert {receipt: one["essay"] for receipt, one in found.items()} == {
        sega.receipt: "Sega",
        nintendo.receipt: "Nintendo",
    }
    assert await store.fetch_many("nobodys", [sega.receipt]) == {}
