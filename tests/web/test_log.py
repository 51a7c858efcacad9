"""The log: one line a request, machine-readable, and nothing of what was typed."""

import io
import json
import logging
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

import pytest

from service.observability.logs import configure_logs
from service.web.site import Site
from tests.web.public_site import GOOD, PublicSite, open_public_site
from tests.web.raw import CANARY

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


@pytest.mark.parametrize(
    ("address", "network"),
    [("198.51.100.77", "198.51.100.0"), ("2001:db8:77:77::77", "2001:db8:77::")],
)
@pytest.mark.parametrize("json_lines", [True, False])
async def test_the_line_of_a_request_has_what_an_operator_needs_and_a_masked_address(
    address: str, network: str, json_lines: bool, tmp_path: Path
) -> None:
    """PRIV-1: method, route, status, time, bytes, request id, and the client's network."""
    stream = io.StringIO()
    configure_logs(level="debug", json_lines=json_lines, stream=stream)
    trusting = Site(trusted_proxies=(ip_network("127.0.0.0/8"),))
    async with open_public_site(tmp_path, site=trusting) as site:
        response, text = await site.post(
            {"essay": SECRET},
            **{
                "X-Forwarded-For": f"203.0.113.9, {address}",
                "Cookie": SECRET,
                "User-Agent": SECRET,
            },
        )
    said = stream.getvalue()
    assert SECRET not in said
    assert address not in said
    assert "203.0.113" not in said
    if not json_lines:
        assert network in said
        return
    (line,) = [json.loads(one) for one in said.splitlines() if '"request"' in one]
    assert line.keys() == {
        *("method", "route", "status", "ms", "bytes", "client"),
        *("event", "request_id", "level", "timestamp"),
    }
    assert (line["bytes"], line["client"]) == (len(text.encode()), network)
    assert line["request_id"] == response.headers["X-Request-Id"]


async def test_an_error_of_ours_is_logged_and_not_told(site: PublicSite) -> None:
    stream = io.StringIO()
    configure_logs(level="info", json_lines=True, stream=stream)

    async def break_down(receipt: object) -> None:
        raise RuntimeError(SECRET) from ValueError(SECRET)

    site.spool.find = break_down  # type: ignore[method-assign]  # a bug of ours, for once
    async with site.client.get(
        f"{site.url}/f/quiz/receipts/019aaaac-2600-88db-9bf3-fc5000323787"
    ) as response:
        assert response.status == 500
        assert SECRET not in await response.text()
        assert "Content-Security-Policy" in response.headers
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    (failure,) = [line for line in told if line["event"] == "request_failed"]
    types = [line for line in failure["exception"].splitlines() if line.endswith("Error")]
    assert types == ["ValueError", "RuntimeError"]
    assert ", in test_an_error_of_ours" in failure["exception"]
    assert SECRET not in stream.getvalue()


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
