"""Answers that leave open what became of the documents, and those that do not."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from aiohttp import web

from service.opensearch.client import open_opensearch
from service.store import Document, StoreError, StoreRefused, StoreUnavailable
from tests.opensearch.lying_server import (
    Answer,
    LyingServer,
    hang,
    hang_up,
    say,
    stop_in_the_middle,
)
from tests.opensearch.samples import make_document, make_form

FORM = make_form("survey")
DOCUMENTS = [make_document(essay="secret one"), make_document(essay="secret two")]


def items(*documents: Document, operation: str = "create") -> list[dict[str, dict[str, object]]]:
    """The items of a bulk's answer in which all went well."""
    return [{operation: {"_id": str(doc.receipt), "status": 201}} for doc in documents]


def answer(value: object) -> Answer:
    """A 200 with this JSON."""
    return say(json.dumps(value))


async def failure(liar: LyingServer) -> StoreError:
    """What a bulk of two documents raises."""
    async with open_opensearch(liar.url, [FORM], request_seconds=0.3) as store:
        with pytest.raises(StoreError) as raised:
            await store.create("survey", DOCUMENTS)
    assert liar.count("POST", "/survey/_bulk") == 1  # asked once: retries are delivery's
    return raised.value


@pytest.mark.parametrize(
    "lie",
    [
        say("<html>Welcome to the wifi</html>", content_type="text/html"),
        say("<html>Welcome to the wifi</html>"),
        say(""),
        say("null"),
        say("[" * 100_000),
        say(b"\xff\xfe\x00"),
        say('{"took": 1, "errors": false, "items": [{"create": {"_id"'),
        stop_in_the_middle,
        hang_up,
        hang,
        answer({"errors": False}),
        answer({"items": items(DOCUMENTS[0])}),
        answer({"items": items(*DOCUMENTS, DOCUMENTS[0])}),
        answer({"items": items(*reversed(DOCUMENTS))}),
        answer({"items": items(*DOCUMENTS, operation="index")}),
        answer({"items": [{"create": {"status": 201}}] * 2}),
        answer({"items": [{"create": {"_id": str(doc.receipt)}} for doc in DOCUMENTS]}),
        answer({"items": ["created", "created"]}),
        say('{"error": {"type": "boom", "reason": "boom"}}', status=500),
        say("<html>Bad gateway</html>", status=502, content_type="text/html"),
        say('{"error": {"type": "master_not_discovered_exception"}}', status=503),
        say("", status=504),
        say("", status=408),
        say("", status=302, headers={"Location": "/elsewhere"}),
    ],
)
async def test_an_answer_that_leaves_the_outcome_open_is_unavailable(
    liar: LyingServer, lie: Answer
) -> None:
    liar.bulk = lie

    raised = await failure(liar)

    assert isinstance(raised, StoreUnavailable)
    assert str(raised)


async def test_documents_are_never_sent_on_to_where_a_redirect_points(liar: LyingServer) -> None:
    liar.bulk = say("", status=307, headers={"Location": "/elsewhere"})

    raised = await failure(liar)

    assert "redirects (307)" in str(raised)
    assert ("POST", "/elsewhere") not in liar.requests


@pytest.mark.parametrize(
    ("lie", "status", "kind", "seconds"),
    [
        (
            say(
                '{"error": {"type": "rejected_execution_exception", "reason": "queue"}}',
                status=429,
                headers={"Retry-After": "7"},
            ),
            429,
            "rejected_execution_exception",
            7.0,
        ),
        (say("Request size exceeded 10485760 bytes", status=413), 413, None, None),
        (
            say('{"Message": "Your request: \'secret\' is not allowed."}', status=403),
            403,
            None,
            None,
        ),
        (
            say(
                '{"error": {"type": "json_parse_exception", "reason": "token \'secret\'"}}',
                status=400,
            ),
            400,
            "json_parse_exception",
            None,
        ),
        (say("", status=401), 401, None, None),
    ],
)
async def test_a_clear_refusal_is_reported_with_what_the_store_asked_for(
    liar: LyingServer, lie: Answer, status: int, kind: str | None, seconds: float | None
) -> None:
    liar.bulk = lie

    raised = await failure(liar)

    assert isinstance(raised, StoreRefused)
    assert (raised.status, raised.error_type) == (status, kind)
    assert raised.retry_after_seconds == seconds
    assert str(raised)
    assert "secret" not in str(raised)


async def test_a_bulk_is_the_bytes_of_the_documents_under_their_receipts(
    liar: LyingServer,
) -> None:
    liar.bulk = answer({"items": items(*DOCUMENTS)})
    async with open_opensearch(liar.url, [FORM]) as store:
        results = await store.create("survey", DOCUMENTS)

    assert [result.status for result in results] == [201, 201]
    lines = liar.bodies[-1].split(b"\n")
    assert lines[1::2] == [document.body for document in DOCUMENTS]
    assert [json.loads(line) for line in lines[:-1:2]] == [
        {"create": {"_id": str(document.receipt)}} for document in DOCUMENTS
    ]
    assert liar.headers[-1]["content-type"] == "application/x-ndjson"


async def test_a_store_that_minds_the_filter_is_asked_without_it_from_then_on(
    liar: LyingServer,
) -> None:
    reason = "request [/survey/_bulk] contains unrecognized parameter: [filter_path]"
    refusal = {"error": {"type": "illegal_argument_exception", "reason": reason}, "status": 400}

    async def mind(request: web.Request) -> web.StreamResponse:
        if "filter_path" in request.query:
            return web.json_response(refusal, status=400)
        return web.json_response({"items": items(*DOCUMENTS)})

    liar.bulk = mind
    async with open_opensearch(liar.url, [FORM]) as store:
        with pytest.raises(StoreRefused):
            await store.create("survey", DOCUMENTS)
        results = await store.create("survey", DOCUMENTS)
    assert [result.status for result in results] == [201, 201]


async def test_nobody_listening_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with open_opensearch(url, [FORM]) as store:
            with pytest.raises(StoreUnavailable, match=r" port \d+: connection refused$"):
                await store.create("survey", DOCUMENTS)
            with pytest.raises(StoreUnavailable):
                await store.find("survey", DOCUMENTS[0].receipt)
            with pytest.raises(StoreUnavailable):
                await store.search("survey", "sega", limit=1)
            with pytest.raises(StoreUnavailable):
                await store.ping()


@pytest.fixture
def full_listener() -> Iterator[str]:
    """The URL of a listener whose queue is full, so that connecting to it takes for ever."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


async def test_connecting_has_its_own_shorter_time_limit(full_listener: str) -> None:
    async with open_opensearch(
        full_listener, [FORM], connect_seconds=0.2, request_seconds=60
    ) as store:
        async with asyncio.timeout(10):
            with pytest.raises(StoreUnavailable, match="in time"):
                await store.ping()


@pytest.mark.parametrize(
    "lie", [answer({}), answer({"hits": {"hits": [{"_id": "1"}]}}), answer([]), answer(None)]
)
async def test_a_search_that_is_not_answered_as_one_is_unavailable(
    liar: LyingServer, lie: Answer
) -> None:
    liar.answers[("POST", "/survey/_search")] = lie
    async with open_opensearch(liar.url, [FORM]) as store:
        with pytest.raises(StoreUnavailable):
            await store.search("survey", "sega", limit=1)


async def test_something_else_at_the_address_is_no_opensearch(liar: LyingServer) -> None:
    liar.answers[("GET", "/")] = answer({"hello": "world"})
    async with open_opensearch(liar.url, [FORM]) as store:
        with pytest.raises(StoreUnavailable, match="no OpenSearch"):
            await store.ping()
