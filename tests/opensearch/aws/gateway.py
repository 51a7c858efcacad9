"""What stands before an OpenSearch at AWS: checks each request's signature, then passes it on.

A real server on 127.0.0.1. What it accepts and how it refuses can be changed while it runs.
Imports nothing from `service`.
"""

import gzip
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
from aiohttp import web

from tests.opensearch.aws.signature_verifier import Key, Request, SignatureError, is_plain, verify

REGION = "eu-central-1"
NO_IDS = "Document ID is not supported in create/index operation request"

_PASSED_ON = ("content-type", "content-encoding")


class Gateway:
    """The switches of a gateway, and what it saw.

    `keys`: those that are accepted now. `clock_ahead`: of ours, in its Date header and its checks.
    `refusal`: what it answers with 403 to everything that is signed well, None to pass it on;
    `denied`: the same for one index. `takes_ids`: False is a collection that is not for search.
    `passed` and `signed_by` are of requests that were signed well, `refused` says why others were
    not, `lacking` has what Serverless does not know.
    """

    def __init__(self, upstream: str, *, service: str, prefix: str) -> None:
        self.url = ""
        self.service = service
        self.prefix = prefix
        self.keys: dict[str, Key] = {}
        self.clock_ahead = timedelta()
        self.refusal: object = None
        self.denied: dict[str, object] = {}
        self.takes_ids = True
        self.passed: list[tuple[str, str]] = []
        self.signed_by: list[str] = []
        self.refused: list[str] = []
        self.lacking: list[str] = []
        self._upstream = upstream
        self.session: aiohttp.ClientSession | None = None

    async def handle(self, received: web.Request) -> web.StreamResponse:
        """Answer a request as AWS would."""
        now = datetime.now(UTC) + self.clock_ahead
        answer = await self._answer(received, now)
        answer.headers["Date"] = format_datetime(now, usegmt=True)
        return answer

    async def _answer(self, received: web.Request, now: datetime) -> web.Response:
        request = Request(
            method=received.method,
            target=received.raw_path,
            headers=[(name.decode(), value.decode()) for name, value in received.raw_headers],
            body=await received.read(),
        )
        try:
            key_id = verify(request, keys=self.keys, service=self.service, region=REGION, now=now)
            if not is_plain(request.target):
                raise SignatureError(f"two servers may read this in two ways: {request.target}")
        except SignatureError as error:
            self.refused.append(str(error))
            return web.json_response({"message": str(error)}, status=403)
        if self.refusal is not None:
            return _refuse(self.refusal)
        target = request.target.removeprefix(self.prefix)
        for index, refusal in self.denied.items():
            if index in target.split("?")[0].split("/"):
                return _refuse(refusal)
        self.passed.append((request.method, target))
        self.signed_by.append(key_id)
        if self.service == "aoss" and _is_lacking(target.split("?")[0]):
            self.lacking.append(target)
            return web.json_response({"message": "no such page"}, status=404)
        if not self.takes_ids and target.split("?")[0].endswith("/_bulk"):
            return web.json_response(_refuse_ids(received, request.body))
        return await self._pass_on(received, request, target)

    async def _pass_on(self, received: web.Request, request: Request, target: str) -> web.Response:
        assert self.session is not None
        async with self.session.request(
            request.method,
            f"{self._upstream}{target}",
            data=request.body or None,
            headers={
                name: received.headers[name] for name in _PASSED_ON if name in received.headers
            },
        ) as answer:
            return web.Response(
                body=await answer.read(), status=answer.status, content_type=answer.content_type
            )


def _refuse(refusal: object) -> web.Response:
    if isinstance(refusal, str):
        return web.Response(text=refusal, status=403)
    return web.json_response(refusal, status=403)


def _is_lacking(path: str) -> bool:
    """Whether Serverless has no such page, and answers 404."""
    return path in ("", "/") or path.startswith(("/_cluster", "/_nodes")) or "_refresh" in path


def _refuse_ids(received: web.Request, body: bytes) -> Mapping[str, object]:
    """Each document of a bulk refused as a collection for time series does."""
    if received.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    actions = [json.loads(line) for line in body.splitlines()[::2]]
    error = {"type": "illegal_argument_exception", "reason": NO_IDS}
    return {
        "took": 0,
        "errors": True,
        "items": [
            {"create": {"_id": action["create"]["_id"], "status": 400, "error": error}}
            for action in actions
        ],
    }


@asynccontextmanager
async def run_gateway(
    upstream: str,
    *,
    service: str = "es",
    prefix: str = "",
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> AsyncIterator[Gateway]:
    """One before the OpenSearch at `upstream`, on a free port; `prefix` is a path before all."""
    gateway = Gateway(upstream, service=service, prefix=prefix)
    # Bodies stay as they were sent: it is these bytes that were signed.
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", gateway.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, auto_decompress=False, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, 0, ssl_context=tls)
        await site.start()
        port = runner.addresses[0][1]
        scheme = "http" if tls is None else "https"
        name = f"[{host}]" if ":" in host else host
        gateway.url = f"{scheme}://{name}:{port}{prefix}"
        async with aiohttp.ClientSession() as session:
            gateway.session = session
            yield gateway
    finally:
        await runner.cleanup()
