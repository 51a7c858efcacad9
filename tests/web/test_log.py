"""The log: one line a request, machine-readable, and nothing of what was typed."""

import io
import json
import logging
import re
from collections.abc import Mapping

import pytest

from service.observability.logs import configure_logs
from service.web.protection import HEADERS
from tests.web.observed import lines_of
from tests.web.odd_requests import CANARY, ODD_REQUESTS
from tests.web.public_site import GOOD, PublicSite
from tests.web.raw import ask

SECRET = CANARY.decode()


async def test_a_request_is_one_json_line_without_answers_path_or_query(site: PublicSite) -> None:
    stream = io.StringIO()
    configure_logs(level="debug", json_lines=True, stream=stream)
    referer = f"{site.url}/?{SECRET}"
    await site.post({**GOOD, "essay": SECRET}, **{"X-Test": SECRET, "Referer": referer})
    await site.post({"essay": SECRET, "mail": SECRET, SECRET: SECRET})
    async with site.client.post(f"{site.url}/f/quiz?q={SECRET}", json={"essay": SECRET}):
        pass
    async with site.client.get(f"{site.url}/{SECRET}?{SECRET}"):
        pass
    lines: list[Mapping[str, object]] = [
        json.loads(line) for line in stream.getvalue().splitlines()
    ]
    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["method"], line["route"], line["status"]) for line in requests] == [
        ("POST", "/f/{form}", 303),
        ("POST", "/f/{form}", 422),
        ("POST", "/f/{form}", 422),
        ("GET", "unmatched", 404),
    ]
    assert all(line["request_id"] for line in requests)
    assert SECRET not in stream.getvalue()


async def test_an_error_of_ours_is_logged_and_not_told(site: PublicSite) -> None:
    stream = io.StringIO()
    configure_logs(level="info", json_lines=True, stream=stream)

    async def break_down(receipt: object) -> None:
        raise RuntimeError("the cause")

    site.spool.find = break_down  # type: ignore[method-assign]  # a bug of ours, for once
    async with site.client.get(
        f"{site.url}/f/quiz/receipts/019aaaac-2600-88db-9bf3-fc5000323787"
    ) as response:
        assert response.status == 500
        assert "the cause" not in await response.text()
        assert "Content-Security-Policy" in response.headers
    assert "RuntimeError: the cause" in stream.getvalue()


@pytest.mark.parametrize("name", ODD_REQUESTS)
async def test_an_odd_request_has_an_answer_of_ours_and_leaves_nothing_in_the_log(
    site: PublicSite, log: io.StringIO, name: str
) -> None:
    request, statuses = ODD_REQUESTS[name]
    answer = await ask(site.url, request)
    head = answer.partition(b"\r\n\r\n")[0].decode()
    (status,) = re.findall(r"^HTTP/1\.[01] (\d{3}) ", answer.decode(), re.MULTILINE)
    assert int(status) in statuses
    for header, value in HEADERS.items():
        assert f"\r\n{header}: {value}" in head
    assert CANARY not in answer.lower()
    assert [line["level"] for line in lines_of(log)] == ["info"]
    assert SECRET not in log.getvalue().lower()
    refused = sum(
        sample.value
        for metric in site.metrics.refused.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    )
    assert refused == (0 if status == "200" else 1)


def test_the_http_servers_own_words_are_not_printed() -> None:
    for json_lines in (True, False):
        stream = io.StringIO()
        configure_logs(level="debug", json_lines=json_lines, stream=stream)
        try:
            raise ValueError(SECRET)
        except ValueError:
            logging.getLogger("aiohttp.server").exception("Error handling %s", SECRET)
        logging.getLogger("aiohttp.server").error(SECRET)
        logging.getLogger("elsewhere").error("said %s", "aloud")
        first, second, third = stream.getvalue().splitlines()
        assert "ValueError" in first
        assert "http_server" in second
        assert "said aloud" in third
        assert SECRET not in stream.getvalue()
