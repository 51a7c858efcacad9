"""What stands in a real OpenSearch before and after the first document goes to an index."""

import asyncio

import pytest

from service.forms.mapping import index_mapping
from service.opensearch.client import open_opensearch
from service.store import StoreRefused
from tests.opensearch.cluster import Cluster
from tests.opensearch.samples import make_document, make_form


async def test_an_index_is_made_with_our_mapping_and_nothing_is_guessed(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    form = make_form(index)
    async with open_opensearch(opensearch_url, [form]) as store:
        await store.create(index, [make_document(essay="1991-06-23", mail="a@b.example")])

    mapping = (await cluster.get(f"/{index}/_mapping"))[index]["mappings"]
    assert mapping == index_mapping(form)


async def test_a_field_that_is_new_is_added_and_old_documents_stay(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    async with open_opensearch(opensearch_url, [make_form(index, essay="textarea")]) as store:
        old = make_document(essay="before")
        await store.create(index, [old])
    grown = make_form(index, essay="textarea", nick="text")

    async with open_opensearch(opensearch_url, [grown]) as store:
        [result] = await store.create(index, [make_document(essay="after", nick="Sonic")])

        assert result.status == 201
        assert await store.find(index, old.receipt)
    assert (await cluster.properties(index))["nick"]["type"] == "text"
    template = await cluster.get(f"/_index_template/formwell-{index}")
    mappings = template["index_templates"][0]["index_template"]["template"]["mappings"]
    assert set(mappings["properties"]) == set(await cluster.properties(index))


async def test_a_field_that_is_gone_from_the_form_stays_in_the_index(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    async with open_opensearch(opensearch_url, [make_form(index)]) as store:
        await store.create(index, [make_document(essay="a", mail="a@b.example")])

    async with open_opensearch(opensearch_url, [make_form(index, essay="textarea")]) as store:
        [late] = await store.create(index, [make_document(essay="b", mail="b@b.example")])

    assert late.status == 201


async def test_a_field_of_another_type_is_reported_and_left_alone(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    before = {"essay": {"type": "integer"}, "mail": {"type": "text"}}
    await cluster.put(f"/{index}", {"mappings": {"properties": before}})

    async with open_opensearch(opensearch_url, [make_form(index)]) as store:
        with pytest.raises(StoreRefused) as refused:
            await store.create(index, [make_document(essay="Sega")])

    assert refused.value.error_type == "mapping_conflict"
    assert refused.value.status == 409
    assert "field essay is integer, not text" in str(refused.value)
    assert "field mail is text, not keyword" in str(refused.value)
    assert await cluster.properties(index) == before


async def test_an_index_somebody_made_with_more_in_it_is_extended_and_kept(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    theirs = {"essay": {"type": "text", "analyzer": "english"}, "note": {"type": "keyword"}}
    await cluster.put(f"/{index}", {"mappings": {"properties": theirs}})

    async with open_opensearch(opensearch_url, [make_form(index)]) as store:
        [result] = await store.create(index, [make_document(essay="Sega", mail="a@b.example")])

    assert result.status == 201
    properties = await cluster.properties(index)
    assert properties["essay"] == theirs["essay"]
    assert properties["note"] == theirs["note"]
    assert properties["mail"] == {"type": "keyword"}


async def test_an_index_behind_an_alias_is_extended_too(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    body = {"mappings": {"dynamic": "strict"}, "aliases": {index: {"is_write_index": True}}}
    await cluster.put(f"/{index}-000001", body)
    try:
        async with open_opensearch(opensearch_url, [make_form(index)]) as store:
            [result] = await store.create(index, [make_document(essay="Sega")])

        assert result.status == 201
        assert (await cluster.properties(f"{index}-000001"))["essay"] == {"type": "text"}
    finally:
        await cluster.remove(f"{index}-000001")


async def test_replicas_that_start_together_do_not_stand_in_each_others_way(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    async def replica() -> int:
        async with open_opensearch(opensearch_url, [make_form(index)]) as store:
            [result] = await store.create(index, [make_document(essay="Sega")])
            return result.status

    assert await asyncio.gather(*(replica() for _ in range(6))) == [201] * 6
    assert (await cluster.properties(index))["essay"] == {"type": "text"}


async def test_a_template_that_somebody_changed_keeps_the_change(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    theirs = {
        "index_patterns": [index],
        "priority": 600,
        "template": {"settings": {"index": {"refresh_interval": "30s"}}},
    }
    await cluster.put(f"/_index_template/formwell-{index}", theirs)

    async with open_opensearch(opensearch_url, [make_form(index)]) as store:
        await store.create(index, [make_document(essay="Sega")])

    settings = (await cluster.get(f"/{index}/_settings"))[index]["settings"]["index"]
    assert settings["refresh_interval"] == "30s"
    template = (await cluster.get(f"/_index_template/formwell-{index}"))["index_templates"][0]
    assert template["index_template"]["priority"] == 600
    assert "essay" in template["index_template"]["template"]["mappings"]["properties"]


async def test_a_template_in_the_way_of_ours_does_not_stop_the_index(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    await cluster.put(
        f"/_index_template/{index}-rival", {"index_patterns": [f"{index}*"], "priority": 500}
    )
    try:
        async with open_opensearch(opensearch_url, [make_form(index)]) as store:
            [result] = await store.create(index, [make_document(essay="Sega")])
    finally:
        await cluster.ask("DELETE", f"/_index_template/{index}-rival")

    assert result.status == 201
    assert (await cluster.properties(index))["essay"] == {"type": "text"}
    assert (await cluster.ask("GET", f"/_index_template/formwell-{index}"))[0] == 404


async def test_rows_of_a_form_that_was_removed_are_refused_not_stored(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    async with open_opensearch(opensearch_url, []) as store:
        with pytest.raises(StoreRefused) as refused:
            await store.create(index, [make_document(essay="Sega")])

    assert (refused.value.status, refused.value.error_type) == (404, "form_missing")
    assert (await cluster.ask("GET", f"/{index}"))[0] == 404


async def test_an_index_with_a_name_that_opensearch_refuses_is_no_documents_fault(
    opensearch_url: str,
) -> None:
    name = "Formwell-Upper-Case"
    async with open_opensearch(opensearch_url, [make_form(name)]) as store:
        with pytest.raises(StoreRefused) as refused:
            await store.create(name, [make_document(essay="Sega")])

    # Not 400: delivery would look for the document at fault, and set it aside.
    assert (refused.value.status, refused.value.error_type) == (409, "index_not_prepared")
    assert "lowercase" in str(refused.value)
