"""An index that somebody removes or remakes in a real OpenSearch while we run."""

import asyncio

import pytest

from service.delivery.dispatcher import Dispatcher
from service.forms.mapping import index_mapping
from service.observability.metrics import Metrics
from service.opensearch.client import open_opensearch
from service.store import Store, StoreRefused
from tests.delivery.fakes import FakeOutbox
from tests.opensearch.cluster import Cluster
from tests.opensearch.samples import make_document, make_form


async def test_an_index_removed_while_we_run_is_made_again_as_it_was(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    form = make_form(index)
    async with open_opensearch(opensearch_url, [form]) as store:
        await store.create(index, [make_document(essay="before")])
        await cluster.ask("DELETE", f"/{index}")

        [result] = await store.create(index, [make_document(essay="after")])

    assert result.status == 201
    mapping = (await cluster.get(f"/{index}/_mapping"))[index]["mappings"]
    assert mapping == index_mapping(form)


async def test_fields_somebody_removed_are_back_for_the_next_bulk(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    async with open_opensearch(opensearch_url, [make_form(index)]) as store:
        await store.create(index, [make_document(essay="before")])
        await cluster.remove(index)
        await cluster.put(f"/{index}", {"mappings": {"dynamic": "strict"}})

        [first] = await store.create(index, [make_document(essay="during")])
        [second] = await store.create(index, [make_document(essay="after")])

    assert first.error_type == "strict_dynamic_mapping_exception"
    assert second.status == 201


async def test_index_and_template_removed_together_are_made_again_and_not_guessed(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    form, seconds = make_form(index), 100.0
    async with open_opensearch(opensearch_url, [form], clock=lambda: seconds) as store:
        await store.create(index, [make_document(essay="before", mail="a@b.example")])
        await cluster.remove(index)
        seconds += 30

        [result] = await store.create(index, [make_document(essay="after", mail="a@b.example")])

    assert result.status == 201
    mapping = (await cluster.get(f"/{index}/_mapping"))[index]["mappings"]
    assert mapping == index_mapping(form)
    assert (await cluster.ask("GET", f"/_index_template/formwell-{index}"))[0] == 200


async def test_an_index_guessed_before_the_next_look_is_held_and_keeps_what_it_took(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    seconds, early, late = 100.0, make_document(mail="a@b.example"), make_document(mail="b@c.d")
    async with open_opensearch(opensearch_url, [make_form(index)], clock=lambda: seconds) as store:
        await store.create(index, [make_document(essay="before")])
        await cluster.remove(index)
        seconds += 29

        [result] = await store.create(index, [early])

        assert result.status == 201
        assert (await cluster.properties(index))["mail"]["type"] == "text"
        seconds += 1
        with pytest.raises(StoreRefused, match="field mail is text, not keyword"):
            await store.create(index, [late])
        assert await store.find(index, early.receipt)


async def test_an_index_remade_without_our_fields_makes_no_dead_letters(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    async with open_opensearch(opensearch_url, [make_form(index)]) as store:
        await store.create(index, [make_document(essay="before")])
        await cluster.remove(index)
        body = {"mappings": {"dynamic": "strict", "properties": {"essay": {"type": "text"}}}}
        await cluster.put(f"/{index}", body)

        outbox = await _deliver(store, index, "one", "two")

    assert outbox.dead == {}
    assert sorted(outbox.acked) == [1, 2]


async def test_a_document_that_fits_no_index_of_its_form_is_set_aside(
    opensearch_url: str, index: str
) -> None:
    async with open_opensearch(opensearch_url, [make_form(index, mail="email")]) as store:
        outbox = await _deliver(store, index, "an essay this form does not ask for")

    assert list(outbox.dead) == [1]
    assert outbox.dead[1].error_type == "strict_dynamic_mapping_exception"


async def test_an_index_remade_with_other_types_is_held_and_nothing_is_set_aside(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    async with open_opensearch(opensearch_url, [make_form(index)]) as store:
        await store.create(index, [make_document(essay="before")])
        await cluster.remove(index)
        await cluster.put(f"/{index}", {"mappings": {"properties": {"essay": {"type": "date"}}}})
        outbox = FakeOutbox()
        dispatcher = Dispatcher(outbox, store, Metrics())
        outbox.put(index, body=make_document(essay="Sega").body)
        task = asyncio.create_task(dispatcher.run())
        async with asyncio.timeout(20):
            while not dispatcher.status().holds:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.02)
        dispatcher.drain(0)
        await task

    assert outbox.dead == {}
    assert outbox.pending() == 1


async def _deliver(store: Store, index: str, *essays: str) -> FakeOutbox:
    """What became of documents with these essays, once all was decided."""
    outbox = FakeOutbox()
    for essay in essays:
        outbox.put(index, body=make_document(essay=essay).body)
    dispatcher = Dispatcher(outbox, store, Metrics())
    task = asyncio.create_task(dispatcher.run())
    async with asyncio.timeout(20):
        while outbox.pending():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)
    dispatcher.drain(5)
    await task
    return outbox
