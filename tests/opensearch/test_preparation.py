"""When an index is prepared, and what happens where that is not allowed: told by a liar."""

import asyncio
import json

import pytest
import structlog

from service.forms.mapping import index_mapping
from service.opensearch.client import open_opensearch
from service.opensearch.store import OpenSearchStore
from service.store import Document, StoreRefused, StoreUnavailable
from tests.opensearch.lying_server import LyingServer, hang, say
from tests.opensearch.samples import make_document, make_form

FORM = make_form("survey")
FORBIDDEN = say('{"error":{"type":"security_exception","reason":"no permissions"}}', status=403)
EXISTING = say(json.dumps({"survey": {"mappings": index_mapping(FORM)}}))
TEMPLATE = "/_index_template/formwell-survey"


def created(document: Document) -> str:
    """The bulk's answer for one document that was created."""
    item = {"_id": str(document.receipt), "status": 201}
    return json.dumps({"items": [{"create": item}]})


async def test_an_index_is_prepared_once_however_many_ask_at_once(liar: LyingServer) -> None:
    document = make_document()
    liar.bulk = say(created(document))
    async with open_opensearch(liar.url, [FORM]) as store:
        await asyncio.gather(*(store.create("survey", [document]) for _ in range(8)))

    assert liar.count("POST", "/survey/_bulk") == 8
    assert liar.count("PUT", "/survey") == 1
    assert liar.count("PUT", TEMPLATE) == 1
    assert len(liar.requests) == 8 + 4


async def test_who_waits_beside_a_time_out_does_not_wait_for_another(liar: LyingServer) -> None:
    liar.answers[("GET", TEMPLATE)] = hang
    async with open_opensearch(liar.url, [FORM], request_seconds=0.3) as store:
        both = (store.create("survey", [make_document()]) for _ in range(2))
        ends = await asyncio.gather(*both, return_exceptions=True)
        assert liar.count("GET", TEMPLATE) == 1
        assert [type(end) for end in ends] == [StoreUnavailable] * 2

        del liar.answers[("GET", TEMPLATE)]
        document = make_document()
        liar.bulk = say(created(document))
        await store.create("survey", [document])
        assert liar.count("GET", TEMPLATE) == 2, "whoever comes later asks anew"


async def test_an_index_is_looked_at_again_when_it_was_not_for_half_a_minute(
    liar: LyingServer,
) -> None:
    document, seconds = make_document(), 100.0
    liar.bulk = say(created(document))
    async with open_opensearch(liar.url, [FORM], clock=lambda: seconds) as store:
        for at, looks in ((100.0, 1), (129.9, 1), (130.0, 2), (159.9, 2), (4_000.0, 3)):
            seconds = at
            await asyncio.gather(*(store.create("survey", [document]) for _ in range(3)))
            assert liar.count("GET", "/survey/_mapping") == looks
            assert liar.count("GET", TEMPLATE) == looks


async def test_a_role_without_templates_is_warned_of_once_and_they_are_left_alone(
    liar: LyingServer,
) -> None:
    document, seconds = make_document(), 100.0
    liar.bulk = say(created(document))
    liar.answers[("GET", TEMPLATE)] = FORBIDDEN
    with structlog.testing.capture_logs() as logs:
        async with open_opensearch(liar.url, [FORM], clock=lambda: seconds) as store:
            for at in (100.0, 200.0, 300.0):
                seconds = at
                await store.create("survey", [document])
            assert liar.count("GET", TEMPLATE) == 1
            assert liar.count("GET", "/survey/_mapping") == 3

            await lose_index(liar, store)
            liar.bulk = say(created(document))
            await store.create("survey", [document])
            assert liar.count("GET", TEMPLATE) == 2, "it matters again"

            await lose_index(liar, store)
            del liar.answers[("GET", TEMPLATE)]
            liar.bulk = say(created(document))
            for at in (400.0, 500.0):
                seconds = at
                await store.create("survey", [document])
            liar.answers[("GET", TEMPLATE)] = FORBIDDEN
            for at in (600.0, 700.0):
                seconds = at
                await store.create("survey", [document])

    events = [line["event"] for line in logs if "template" in line["event"]]
    assert events == [
        "index_template_refused",
        "index_template_written",
        "index_template_written",  # this server keeps none
        "index_template_refused",
    ]


async def lose_index(liar: LyingServer, store: OpenSearchStore) -> None:
    """Have the store find out that somebody removed it."""
    liar.bulk = say('{"error":{"type":"index_not_found_exception","reason":"no"}}', status=404)
    with pytest.raises(StoreRefused):
        await store.create("survey", [make_document()])


async def test_templates_are_asked_for_again_where_everything_was_refused(
    liar: LyingServer,
) -> None:
    document = make_document()
    liar.bulk = say(created(document))
    everything = (("GET", TEMPLATE), ("GET", "/survey/_mapping"))
    liar.answers.update(dict.fromkeys(everything, FORBIDDEN))
    async with open_opensearch(liar.url, [FORM]) as store:
        with pytest.raises(StoreRefused):
            await store.create("survey", [document])
        for request in everything:
            del liar.answers[request]
        await store.create("survey", [document])
    assert liar.count("PUT", TEMPLATE) == 1


async def test_a_template_that_is_only_out_of_reach_for_now_is_asked_for_again(
    liar: LyingServer,
) -> None:
    document, seconds = make_document(), 100.0
    liar.bulk = say(created(document))
    busy = '{"error":{"type":"circuit_breaking_exception","reason":"too much"}}'
    blocked = '{"error":{"type":"cluster_block_exception","reason":"blocked"}}'
    async with open_opensearch(liar.url, [FORM], clock=lambda: seconds) as store:
        for answer in (say(busy, status=429), say(blocked, status=403)):
            liar.answers[("GET", TEMPLATE)] = answer
            await store.create("survey", [document])
            seconds += 100.0
        del liar.answers[("GET", TEMPLATE)]
        await store.create("survey", [document])
    assert liar.count("PUT", TEMPLATE) == 1


async def test_nothing_is_asked_that_serverless_lacks(liar: LyingServer) -> None:
    document = make_document()
    liar.bulk = say(created(document))
    async with open_opensearch(liar.url, [FORM]) as store:
        await store.create("survey", [document])

    assert liar.requests == [
        ("GET", TEMPLATE),
        ("PUT", TEMPLATE),
        ("GET", "/survey/_mapping"),
        ("PUT", "/survey"),
        ("POST", "/survey/_bulk"),
    ]


@pytest.mark.parametrize("in_an_item", [True, False])
async def test_an_index_that_is_gone_is_prepared_anew_for_the_next_bulk(
    liar: LyingServer, in_an_item: bool
) -> None:
    document = make_document()
    error = {"type": "index_not_found_exception", "reason": "no such index [survey]"}
    item = {"_id": str(document.receipt), "status": 404, "error": error}
    liar.bulk = (
        say(json.dumps({"items": [{"create": item}]}))
        if in_an_item
        else say(json.dumps({"error": error, "status": 404}), status=404)
    )
    async with open_opensearch(liar.url, [FORM]) as store:
        if in_an_item:
            [result] = await store.create("survey", [document])
            assert (result.status, result.error_type) == (404, "index_not_found_exception")
        else:
            with pytest.raises(StoreRefused, match="no such index"):
                await store.create("survey", [document])
        assert liar.count("PUT", "/survey") == 1
        liar.bulk = say(created(document))

        await store.create("survey", [document])

    assert liar.count("PUT", "/survey") == 2


async def test_a_role_that_may_only_write_is_enough_where_the_index_fits(
    liar: LyingServer,
) -> None:
    document = make_document()
    liar.bulk = say(created(document))
    liar.answers[("GET", TEMPLATE)] = FORBIDDEN
    liar.answers[("PUT", TEMPLATE)] = FORBIDDEN
    liar.answers[("GET", "/survey/_mapping")] = EXISTING
    async with open_opensearch(liar.url, [FORM]) as store:
        [result] = await store.create("survey", [document])

    assert result.status == 201
    assert liar.count("PUT", "/survey") == 0


async def test_a_role_that_may_not_make_the_index_is_refused_as_a_whole(
    liar: LyingServer,
) -> None:
    liar.answers[("PUT", "/survey")] = FORBIDDEN
    async with open_opensearch(liar.url, [FORM]) as store:
        for _ in range(2):  # the second time as well: nothing was remembered as done
            with pytest.raises(StoreRefused) as refused:
                await store.create("survey", [make_document()])

    assert (refused.value.status, refused.value.error_type) == (403, "security_exception")
    assert liar.count("POST", "/survey/_bulk") == 0
    assert liar.count("PUT", "/survey") == 2


async def test_an_index_another_replica_makes_in_between_is_used(liar: LyingServer) -> None:
    document = make_document()
    liar.bulk = say(created(document))
    liar.answers[("PUT", "/survey")] = say(
        '{"error":{"type":"resource_already_exists_exception","reason":"it exists"}}', status=400
    )
    async with open_opensearch(liar.url, [FORM]) as store:
        [result] = await store.create("survey", [document])

    assert result.status == 201
    assert liar.count("GET", "/survey/_mapping") == 2


async def test_a_store_without_a_page_at_its_root_shows_life_by_its_list(
    liar: LyingServer,
) -> None:
    liar.answers[("GET", "/_cat/indices")] = say("[]")
    async with open_opensearch(liar.url, []) as store:
        assert await store.ping() == "OpenSearch Serverless"
