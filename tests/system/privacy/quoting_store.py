"""A store that refuses in many ways, and repeats in each refusal all that it was sent."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

FORMS = (
    "mapping",
    "argument",
    "whole",
    "forbidden",
    "page",
    "nonsense",
    "hangup",
    "busy",
    "large",
    "taken",
)
"""A form, with an index of its own of the same name, for each way to answer."""


Refusing = Callable[[web.Request, list[str], str], Awaitable[web.StreamResponse]]


class QuotingStore:
    """Answers bulks by their index. Handles every request of an OpenSearch's listener.

    `asked`: the indexes that got a bulk, and its answer.
    """

    def __init__(self) -> None:
        self.asked: set[str] = set()

    async def bulk(self, request: web.Request) -> web.StreamResponse:
        """Answer one bulk; its documents are all for one index."""
        lines = [json.loads(line) for line in (await request.read()).splitlines()]
        actions = [line["create"] for line in lines[::2]]
        index = actions[0].get("_index") or request.path.split("/")[1]
        quoted = json.dumps([lines, dict(request.headers)])
        self.asked.add(index)
        return await _ANSWERS[index](request, [action["_id"] for action in actions], quoted)


def _items(status: int, error: dict[str, object] | None) -> Refusing:
    async def answer(_: web.Request, ids: list[str], quoted: str) -> web.StreamResponse:
        result: dict[str, object] = {"status": status, "result": "created"}
        if error is not None:
            reason = str(error["reason"]).replace("QUOTED", quoted)
            result = {"status": status, "error": {**error, "reason": reason}}
        items = [{"create": {"_id": one, **result}} for one in ids]
        return web.json_response({"took": 1, "errors": error is not None, "items": items})

    return answer


def _whole(status: int, text: str, kind: str = "application/json") -> Refusing:
    async def answer(_: web.Request, __: list[str], quoted: str) -> web.StreamResponse:
        inside = json.dumps(quoted)[1:-1] if kind == "application/json" else quoted
        said = text.replace("QUOTED", inside)
        return web.Response(text=said, status=status, content_type=kind)

    return answer


async def _hang_up(request: web.Request, _: list[str], __: str) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    await asyncio.sleep(0)
    return web.Response()


_ANSWERS = {
    "mapping": _items(
        400,
        {
            "type": "mapper_parsing_exception",
            "reason": "failed to parse field [essay] of type [long]. Preview of field's value: "
            "'QUOTED'",
            "caused_by": {"type": "illegal_argument_exception", "reason": "QUOTED"},
        },
    ),
    "argument": _items(
        400,
        {"type": "illegal_argument_exception", "reason": 'For input string: "QUOTED"'},
    ),
    "whole": _whole(
        400, '{"error": {"type": "parse_exception", "reason": "at [QUOTED]"}, "status": 400}'
    ),
    "forbidden": _whole(403, '{"message": "User: QUOTED is not authorized"}'),
    "page": _whole(500, "<!doctype html><title>QUOTED</title>", "text/html"),
    "nonsense": _whole(200, '{"items": ["QUOTED", '),
    "hangup": _hang_up,
    "busy": _whole(429, '{"error": {"type": "rejected", "reason": "QUOTED"}, "status": 429}'),
    "large": _whole(413, "QUOTED", "text/plain"),
    "taken": _items(201, None),
}
