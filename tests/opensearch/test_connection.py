"""Who we say we are, what a signer sees, and what never gets out of the connection."""

import asyncio
import json
import logging
import traceback
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from service.opensearch.aws.authentication import AwsAuthentication
from service.opensearch.client import open_opensearch
from service.store import StoreError, StoreRefused, StoreUnavailable
from tests.certificates import Authority
from tests.opensearch.aws.key_ring import KeyRing, make_credentials
from tests.opensearch.lying_server import LyingServer, say
from tests.opensearch.samples import make_document, make_form

FORM = make_form("survey")
ROOT = say('{"cluster_name": "c", "version": {"distribution": "opensearch", "number": "3.8.0"}}')
ANY_KEY = KeyRing(make_credentials("AKIDANY"))
TYPED = "secret"  # tracebacks quote lines of this file, so it is not written there


async def test_user_and_password_of_the_url_are_sent_and_nowhere_to_be_seen(
    liar: LyingServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = liar.url.replace("http://", "http://us%40er:p%C3%A4ss%3Aword@")
    liar.answers[("GET", "/")] = say("{}", status=401)
    async with open_opensearch(url, [FORM]) as store:
        with pytest.raises(StoreRefused) as refused:
            await store.ping()

    pair = b64encode("us@er:päss:word".encode()).decode()
    assert liar.headers[-1]["authorization"] == f"Basic {pair}"
    text = "".join(traceback.format_exception(refused.value)) + caplog.text
    for secret in ("p%C3%A4ss", "päss", pair):
        assert secret not in text


async def test_a_path_in_the_url_stands_before_every_request(liar: LyingServer) -> None:
    liar.answers[("GET", "/search/")] = ROOT
    async with open_opensearch(f"{liar.url}/search/", []) as store:
        assert await store.ping() == "OpenSearch 3.8.0, cluster c"


async def test_every_request_is_signed_by_itself_over_the_bytes_that_are_sent(
    liar: LyingServer,
) -> None:
    document = make_document(essay="Größe")
    item = {"_id": str(document.receipt), "status": 201}
    liar.bulk = say(json.dumps({"items": [{"create": item}]}))
    async with open_opensearch(
        liar.url, [FORM], authentication=AwsAuthentication(ANY_KEY, service="es", region="here")
    ) as store:
        await store.create("survey", [document])

    assert liar.requests[-1] == ("POST", "/survey/_bulk")
    hashes = [headers["x-amz-content-sha256"] for headers in liar.headers]
    assert hashes == [sha256(body).hexdigest() for body in liar.bodies]
    assert len({headers["authorization"] for headers in liar.headers}) == len(liar.headers) == 5


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [{"create": {"error": {"reason": "secret',
        '{"error": {"type": "x", "reason": "Preview of field\'s value: \'secret\'"}}',
    ],
)
@pytest.mark.parametrize("status", [200, 400, 429, 500])
async def test_no_answer_is_logged_or_raised_even_at_debug(
    liar: LyingServer, caplog: pytest.LogCaptureFixture, text: str, status: int
) -> None:
    liar.bulk = say(text, status=status)
    async with open_opensearch(liar.url, [FORM]) as store:
        for name in (None, "opensearch", "opensearchpy.trace"):
            caplog.set_level(logging.DEBUG, logger=name)
        with pytest.raises(StoreError) as raised:
            await store.create("survey", [make_document(essay=TYPED, mail=TYPED)])

    assert caplog.records  # aiohttp's access log, and ours
    everything = caplog.text + "".join(traceback.format_exception(raised.value))
    assert TYPED not in everything


async def test_a_remark_of_the_server_is_no_failure(liar: LyingServer) -> None:
    remark = '299 OpenSearch-3.8.0 "index template [x] matches older templates"'
    liar.answers[("GET", "/")] = say(
        '{"cluster_name": "c", "version": {"number": "7.10.2"}}', headers={"Warning": remark}
    )
    async with open_opensearch(liar.url, []) as store:
        assert await store.ping() == "elasticsearch 7.10.2, cluster c"


@pytest.mark.parametrize("status", [403, 413])
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=utf-16", "; charset=hex"])
async def test_a_page_in_another_encoding_than_it_says_keeps_its_status(
    liar: LyingServer, status: int, charset: str
) -> None:
    page = "Accès refusé".encode("latin-1")
    headers = {"Content-Type": f"text/html{charset}"}
    liar.bulk = say(page, status=status, content_type=None, headers=headers)
    async with open_opensearch(liar.url, [FORM]) as store:
        with pytest.raises(StoreRefused) as refused:
            await store.create("survey", [make_document()])
    assert refused.value.status == status


async def test_a_tls_address_where_plain_http_answers_is_unavailable(liar: LyingServer) -> None:
    async with open_opensearch(liar.url.replace("http:", "https:"), [FORM]) as store:
        with pytest.raises(StoreUnavailable, match=r"port \d+: no TLS there"):
            await store.ping()


async def test_a_plain_address_where_tls_is_spoken_is_told_to_begin_with_https(
    tmp_path: Path,
) -> None:
    async def nobody(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        """No request ever gets as far as this."""

    tls = Authority().server_context(tmp_path)
    server = await asyncio.start_server(nobody, "127.0.0.1", 0, ssl=tls)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with open_opensearch(f"http://127.0.0.1:{port}", [FORM]) as store:
            with pytest.raises(StoreUnavailable, match="begin with https://"):
                await store.ping()


async def test_a_name_that_nobody_has_is_told_in_words() -> None:
    async with open_opensearch("http://nobody.invalid:9200", []) as store:  # RFC 6761
        with pytest.raises(StoreUnavailable, match=r"the name nobody\.invalid was not found: "):
            await store.ping()


async def test_a_caller_that_gives_up_leaves_the_store_usable(liar: LyingServer) -> None:
    arrived = asyncio.Event()

    async def hang_once(_: Any) -> Any:
        arrived.set()
        await asyncio.Event().wait()

    liar.answers[("GET", "/survey/_mapping")] = hang_once
    document = make_document()
    item = {"_id": str(document.receipt), "status": 201}
    liar.bulk = say(json.dumps({"items": [{"create": item}]}))
    async with open_opensearch(liar.url, [FORM]) as store:
        first = asyncio.create_task(store.create("survey", [document]))
        await arrived.wait()
        second = asyncio.create_task(store.create("survey", [document]))
        first.cancel()
        del liar.answers[("GET", "/survey/_mapping")]

        [result] = await second

    assert result.status == 201
    assert first.cancelled()
