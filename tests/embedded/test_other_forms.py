"""Forms that are loaded while the store is open, and how many documents there are."""

import pytest

from service.embedded.store import EmbeddedStore
from service.forms.definition import Form
from service.store import StoreRefused
from tests.embedded.samples import FORM, INDEX, OTHER_FORM, document

NEW_FORM = Form(id="new", title="New", index="new-answers", groups=FORM.groups)


async def test_documents_are_counted_in_their_own_index(store: EmbeddedStore) -> None:
    await store.create(INDEX, [document("one"), document("two")])
    assert await store.count(INDEX) == 2
    assert await store.count(OTHER_FORM.index) == 0


async def test_a_new_form_is_served_without_opening_the_file_again(store: EmbeddedStore) -> None:
    with pytest.raises(StoreRefused):
        await store.create(NEW_FORM.index, [document("Sega")])
    store.use_forms([NEW_FORM])
    await store.create(NEW_FORM.index, [document("Sega")])
    assert len(await store.search(NEW_FORM.index, "sega", limit=10)) == 1


async def test_what_waits_for_a_form_that_is_gone_is_still_taken(store: EmbeddedStore) -> None:
    store.use_forms([NEW_FORM])
    await store.create(INDEX, [document("Sega")])
    assert len(await store.search(INDEX, "sega", limit=10)) == 1
