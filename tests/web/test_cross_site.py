"""Pages of other sites: refused before their body is read, unless the form names them."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from service.forms.in_force import compile_forms
from service.web.site import Site
from tests.web.observed import lines_of, refused
from tests.web.public_site import GOOD, PublicSite, open_public_site, quiz
from tests.web.raw import FORM_HEAD, connected

PARTNER = "https://partner.example"
ELSEWHERE = "https://elsewhere.example"
CROSS = {"Sec-Fetch-Site": "cross-site"}
CORS = ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers")


def serve(site: PublicSite, **changes: Any) -> None:
    form = replace(quiz("quiz"), **changes)
    site.forms.replace(compile_forms({"quiz": form}))


@pytest.fixture
async def open_site(site: PublicSite) -> PublicSite:
    """A site whose form takes what pages of one other origin send."""
    serve(site, allowed_origins=(PARTNER,))
    return site


async def options(
    site: PublicSite, origin: str, path: str = "/f/quiz"
) -> tuple[int, Mapping[str, str]]:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    async with site.client.options(site.url + path, headers=headers) as response:
        return response.status, response.headers


@pytest.mark.parametrize(
    "headers",
    [
        CROSS,
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": ELSEWHERE},
        {"Origin": "null"},
        {"Origin": "https://["},
        {"Referer": f"{ELSEWHERE}/page"},
    ],
)
async def test_what_another_site_sends_is_refused_as_page_and_as_problem(
    site: PublicSite, headers: Mapping[str, str]
) -> None:
    """CSRF-1, CSRF-2, CSRF-4 (B72, B73): 403, and nothing is stored."""
    response, page = await site.post(GOOD, **headers)
    assert (response.status, response.content_type) == (403, "text/html")
    assert "This came from another site" in page
    assert "Sega" not in page
    async with site.client.post(f"{site.url}/f/quiz", json=GOOD, headers=headers) as told:
        assert (told.status, told.content_type) == (403, "application/problem+json")
        assert (await told.json())["code"] == "cross_site"
    assert refused(site.metrics, "cross_site") == 2
    assert await site.rows() == []


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Referer": ""}],
)
async def test_what_our_own_page_or_a_program_sends_is_taken(
    site: PublicSite, headers: Mapping[str, str]
) -> None:
    """CSRF-1, CSRF-3 (B74): without any of the headers too."""
    response, _ = await site.post(GOOD, **headers)
    assert response.status == 303


async def test_our_own_origin_is_the_hosts_unless_there_is_a_public_address(
    site: PublicSite, tmp_path: Path
) -> None:
    """CSRF-2: behind a proxy the public address says scheme, host and port."""
    response, _ = await site.post(GOOD, Origin=site.url)
    assert response.status == 303
    (tmp_path / "proxied").mkdir()
    public = Site(public_url="https://forms.example")
    async with open_public_site(tmp_path / "proxied", site=public) as proxied:
        for origin, status in (
            ("https://forms.example", 303),
            ("http://forms.example", 403),
            (proxied.url, 403),
        ):
            response, _ = await proxied.post(GOOD, Origin=origin)
            assert response.status == status
        response, _ = await proxied.post(GOOD, Referer="https://forms.example/f/quiz")
        assert response.status == 303


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
async def test_every_method_that_changes_something_is_looked_at(
    site: PublicSite, method: str
) -> None:
    """CSRF-1: also where the address does not take that method."""
    missing = 404 if method == "POST" else 403
    for path, status in (("/f/quiz", 403), ("/", 403), ("/nowhere", 404), ("/f/nobody", missing)):
        async with site.client.request(method, site.url + path, headers=CROSS) as response:
            assert response.status == status


async def test_reading_is_for_everybody(site: PublicSite) -> None:
    """CSRF-1: a link from another site leads to the form."""
    headers = {**CROSS, "Origin": "null", "Referer": f"{ELSEWHERE}/"}
    for path in ("/", "/f/quiz", "/openapi.json", "/f/quiz/schema.json"):
        async with site.client.get(site.url + path, headers=headers) as response:
            assert response.status == 200


async def test_it_is_decided_before_the_body_is_read(site: PublicSite, log: io.StringIO) -> None:
    """CSRF-7: no byte of a body that was announced has to come."""
    async with connected(site.url) as (reader, writer):
        writer.write(
            b"POST /f/quiz HTTP/1.1\r\nSec-Fetch-Site: cross-site\r\nContent-Length: 1000\r\n"
            + FORM_HEAD
            + b"\r\n"
        )
        head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 403 ")
    (line,) = lines_of(log)
    assert (line["event"], line["status"]) == ("request", 403)


async def test_what_answers_depend_on_is_told_to_caches(site: PublicSite) -> None:
    """CSRF-7: a refusal is stored nowhere, and answers to POST vary by who sends."""
    for headers, status in ((CROSS, 403), ({}, 303)):
        response, _ = await site.post(GOOD, **headers)
        assert response.status == status
        assert response.headers["Cache-Control"] == "no-store"
        assert "Sec-Fetch-Site, Origin" in response.headers["Vary"]


async def test_a_page_for_many_is_the_same_for_all_and_sets_no_cookie(site: PublicSite) -> None:
    """CSRF-6: a hundred visits, one page, whoever comes from wherever."""
    serve(site, cache_seconds=60)
    seen = set()
    for visit in range(100):
        headers = CROSS if visit % 2 else {"Cookie": f"visit={visit}"}
        async with site.client.get(f"{site.url}/f/quiz", headers=headers) as response:
            seen.add(sha256(await response.read()).hexdigest())
            assert "Set-Cookie" not in response.headers
            assert response.headers["Cache-Control"] == "public, max-age=60"
            assert response.headers["Vary"] == "Accept-Encoding"
    assert len(seen) == 1


async def test_a_cookie_changes_nothing(site: PublicSite) -> None:
    """CSRF-6: neither for the better nor for the worse."""
    for headers, status in (({}, 303), (CROSS, 403)):
        response, _ = await site.post(GOOD, Cookie="csrftoken=\xe9;;=; session=1", **headers)
        assert response.status == status
        assert "Set-Cookie" not in response.headers


async def test_a_page_that_the_form_names_may_send_and_read(open_site: PublicSite) -> None:
    """CSRF-1: its receipt, its errors, and what becomes of the submission later."""
    headers = {"Origin": PARTNER, **CROSS}
    address = f"{open_site.url}/f/quiz"
    async with open_site.client.post(address, json=GOOD, headers=headers) as sent:
        assert sent.status == 201
        status_url = (await sent.json())["status_url"]
    async with open_site.client.post(address, json={}, headers=headers) as wrong:
        assert (wrong.status, wrong.content_type) == (422, "application/problem+json")
    accept = {**headers, "Accept": "application/json"}
    async with open_site.client.get(status_url, headers=accept) as receipt:
        assert receipt.status == 200
    for response in (sent, wrong, receipt):
        assert response.headers["Access-Control-Allow-Origin"] == PARTNER
        exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"Location", "Retry-After", "X-Request-Id"} <= set(exposed)
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert response.headers["Vary"].split(", ").count("Origin") == 1


async def test_a_page_that_the_form_does_not_name_may_not_even_read(open_site: PublicSite) -> None:
    """CSRF-1: what caches keep of it tells nobody else apart."""
    for origin in (ELSEWHERE, "http://partner.example", "null"):
        response, _ = await open_site.post(GOOD, Origin=origin)
        assert response.status == 403
        assert not set(CORS) & set(response.headers)
        assert "Origin" in response.headers["Vary"].split(", ")
    async with open_site.client.get(f"{open_site.url}/f/quiz") as page:
        assert not set(CORS) & set(page.headers)
        assert page.headers["Vary"] == "Origin"


async def test_a_browser_that_asks_first_is_told_what_it_may(open_site: PublicSite) -> None:
    """CSRF-1: the preflight of a page that sends JSON."""
    status, headers = await options(open_site, PARTNER)
    assert status == 204
    assert headers["Access-Control-Allow-Origin"] == PARTNER
    assert headers["Access-Control-Allow-Methods"] == "POST"
    assert headers["Access-Control-Allow-Headers"] == "Content-Type, Idempotency-Key"
    assert int(headers["Access-Control-Max-Age"]) <= 7200
    assert "Access-Control-Allow-Credentials" not in headers
    assert headers["Vary"] == "Origin"


async def test_a_browser_that_asks_for_a_strange_page_is_told_nothing(
    open_site: PublicSite,
) -> None:
    """CSRF-1: how the address is used, and no more."""
    for origin in (ELSEWHERE, "null", "*"):
        status, headers = await options(open_site, origin)
        assert status == 204
        assert headers["Allow"] == "GET, HEAD, OPTIONS, POST"
        assert not [name for name in headers if name.startswith("Access-Control")]
        assert headers["Vary"] == "Origin"
    assert (await options(open_site, PARTNER, "/f/nobody"))[0] == 404


async def test_what_everybody_may_read_stays_so(open_site: PublicSite) -> None:
    """CSRF-1: the descriptions do not depend on who asks."""
    for origin in (PARTNER, ELSEWHERE):
        address = f"{open_site.url}/f/quiz/schema.json"
        async with open_site.client.get(address, headers={"Origin": origin}) as response:
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert "Origin" not in response.headers.get("Vary", "")


async def test_a_refusal_quotes_nothing_of_the_request(site: PublicSite, log: io.StringIO) -> None:
    """CSRF-7: the origin is not for the log, nor for the answer."""
    headers = {"Origin": "https://canary-7f3a.example", "Accept": "application/json"}
    response, text = await site.post(GOOD, **headers)
    assert json.loads(text)["code"] == "cross_site"
    assert response.status == 403
    assert "canary-7f3a" not in text + log.getvalue()
