"""What a faulty way to a store does to one request, for each kind of fault."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from tests.opensearch.lying_server import Answer, hang_up, say, stop_in_the_middle
from tests.system.torture.schedule import StoreFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A request on its way: `forward` gives a body to the real store and returns its answer."""

    request: web.Request
    body: bytes
    forward: Callable[[bytes], Awaitable[web.Response]]
    healed: asyncio.Event


Treatment = Callable[[Passage], Awaitable[web.StreamResponse]]


def _instead(answer: Answer) -> Treatment:
    async def treat(passage: Passage) -> web.StreamResponse:
        return await answer(passage.request)

    return treat


def _afterwards(answer: Answer) -> Treatment:
    async def treat(passage: Passage) -> web.StreamResponse:
        await passage.forward(passage.body)
        return await answer(passage.request)

    return treat


async def _hang(passage: Passage) -> web.StreamResponse:
    await passage.healed.wait()
    return await hang_up(passage.request)


async def _be_late(passage: Passage) -> web.StreamResponse:
    await passage.healed.wait()
    return await passage.forward(passage.body)


async def _do_fewer(passage: Passage) -> web.StreamResponse:
    kept = split_bulk(passage.body)[1:]
    if not kept:
        return web.json_response({"took": 1, "errors": False, "items": []})
    return await passage.forward(b"".join(kept))


async def _tell_of_more(passage: Passage) -> web.StreamResponse:
    parts = split_bulk(passage.body)
    items = [_item(part, 201) for part in (*parts, parts[0])]
    return web.json_response({"took": 1, "errors": False, "items": items})


async def _be_busy_for_some(passage: Passage) -> web.StreamResponse:
    parts = split_bulk(passage.body)
    items: list[object] = [_item(part, 429, "rejected_execution_exception") for part in parts]
    if len(parts) > 1:
        answer = await passage.forward(b"".join(parts[1::2]))
        if answer.status != 200:
            return answer
        items[1::2] = json.loads(answer.text or "")["items"]
    return web.json_response({"took": 1, "errors": True, "items": items})


def split_bulk(body: bytes) -> Sequence[bytes]:
    """What makes one document each: the line of its action and its own."""
    lines = body.splitlines(keepends=True)
    return [action + document for action, document in zip(lines[::2], lines[1::2], strict=True)]


def _item(part: bytes, status: int, error_type: str | None = None) -> Mapping[str, object]:
    created = {"_id": json.loads(part.splitlines()[0])["create"]["_id"], "status": status}
    if error_type is not None:
        created["error"] = {"type": error_type, "reason": "too much at once"}
    return {"create": created}


def _error(status: int, error_type: str) -> Treatment:
    error = {"type": error_type, "reason": "so the test wants it"}
    return _instead(say(json.dumps({"error": error, "status": status}), status=status))


_PAGE = say("<!doctype html><title>Welcome</title>", content_type="text/html")

TREATMENTS: Mapping[StoreFault, Treatment] = {
    StoreFault.REFUSES: _instead(hang_up),  # of connections that were open already
    StoreFault.HANGS: _hang,
    StoreFault.IS_LATE: _be_late,
    StoreFault.RESETS_AFTER: _afterwards(hang_up),
    StoreFault.RESETS_BEFORE: _instead(hang_up),
    StoreFault.TRUNCATES: _afterwards(stop_in_the_middle),
    StoreFault.SAYS_HTML: _instead(_PAGE),
    StoreFault.DOES_FEWER: _do_fewer,
    StoreFault.TELLS_OF_MORE: _tell_of_more,
    StoreFault.IS_BUSY: _error(429, "rejected_execution_exception"),
    StoreFault.IS_BUSY_FOR_SOME: _be_busy_for_some,
    StoreFault.IS_UNAVAILABLE: _instead(say("Service Unavailable", status=503)),
    StoreFault.IS_BLOCKED: _error(403, "cluster_block_exception"),
    StoreFault.HAS_NO_INDEX: _error(404, "index_not_found_exception"),
}
