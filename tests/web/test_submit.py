"""POST: who is thanked, who is not, and that nothing typed is lost."""

import asyncio
import html
import io
import json
from ipaddress import ip_network
from pathlib import Path

import aiohttp
import pytest

from service.spool.limits import Limits
from service.submission import is_valid_key
from service.web.site import Site
from tests.web.observed import lines_of
from tests.web.public_site import GOOD, PublicSite, key_of, open_public_site


async def test_a_browser_is_sent_to_its_receipt_once_the_row_is_there(site: PublicSite) -> None:
    response, _ = await site.post({**GOOD, "submission_key": await site.page_key()})
    assert response.status == 303
    (row,) = await site.rows()
    location = response.headers["Location"]
    assert location.startswith(f"/f/quiz/receipts/{row.receipt}?")
    document = json.loads(row.document)
    assert document["essay"] == "Sega"
    assert document["client_ip_addr"] == "127.0.0.1"
    assert document["tags"] == ["v1"]
    assert document["receipt"] == str(row.receipt)
    async with site.client.get(site.url + location) as page:
        assert page.status == 200
        assert "Sega" not in await page.text()


async def test_multipart_is_taken_too(site: PublicSite) -> None:
    body = aiohttp.MultipartWriter("form-data")
    for name, value in GOOD.items():
        body.append(value).set_content_disposition("form-data", name=name)
    async with site.client.post(f"{site.url}/f/quiz", data=body, allow_redirects=False) as response:
        assert response.status == 303
    assert len(await site.rows()) == 1


async def test_a_program_gets_the_receipt_as_json(site: PublicSite) -> None:
    headers = {"Idempotency-Key": "order 66"}
    async with site.client.post(f"{site.url}/f/quiz", json=GOOD, headers=headers) as first:
        assert first.status == 201
        told = await first.json()
    assert set(told) == {"receipt", "reference", "form", "received_at", "status", "status_url"}
    assert told["status"] == "received"
    async with site.client.post(f"{site.url}/f/quiz", json=GOOD, headers=headers) as again:
        assert again.status == 200
        assert await again.json() == told
    async with site.client.get(
        told["status_url"], headers={"Accept": "application/json"}
    ) as receipt:
        assert (await receipt.json())["status"] == "received"
    assert len(await site.rows()) == 1


async def test_a_browser_that_asks_for_json_gets_it(site: PublicSite) -> None:
    response, text = await site.post(GOOD, Accept="application/json")
    assert response.status == 201
    assert json.loads(text)["form"] == "quiz"


async def test_double_click_reload_and_retry_are_one_submission(site: PublicSite) -> None:
    answers = {**GOOD, "submission_key": await site.page_key()}
    answered = await asyncio.gather(*(site.post(answers) for _ in range(5)))
    receipts = [response.headers["Location"].removesuffix("&again=1") for response, _ in answered]
    assert len(set(receipts)) == 1
    assert len(await site.rows()) == 1


async def test_two_visits_are_two_submissions_even_with_equal_answers(site: PublicSite) -> None:
    for _ in range(2):
        await site.post({**GOOD, "submission_key": await site.page_key()})
    assert len(await site.rows()) == 2


async def test_other_answers_under_the_key_come_back_and_can_be_sent_as_new(
    site: PublicSite,
) -> None:
    key = await site.page_key()
    await site.post({**GOOD, "submission_key": key})
    changed = {**GOOD, "essay": "Nintendo, after all <b>"}
    response, page = await site.post({**changed, "submission_key": key})
    assert response.status == 409
    assert html.escape("Nintendo, after all <b>") in page
    assert key_of(page) != key
    response, _ = await site.post({**changed, "submission_key": key_of(page)})
    assert response.status == 303
    assert len(await site.rows()) == 2


async def test_a_program_is_told_that_its_key_is_taken(site: PublicSite) -> None:
    headers = {"Idempotency-Key": "k"}
    async with site.client.post(f"{site.url}/f/quiz", json=GOOD, headers=headers):
        pass
    changed = {**GOOD, "essay": "Nintendo"}
    async with site.client.post(f"{site.url}/f/quiz", json=changed, headers=headers) as response:
        assert response.status == 409
        assert response.content_type == "application/problem+json"
        assert (await response.json())["code"] == "key_taken"


@pytest.mark.parametrize("key", ["", "x" * 5000, "ü\x01", " "])
async def test_an_odd_or_missing_key_never_refuses_a_submission(site: PublicSite, key: str) -> None:
    response, _ = await site.post({**GOOD, "submission_key": key})
    assert response.status == 303
    assert (await site.post(GOOD))[0].status == 303


async def test_a_repeat_of_an_odd_key_is_still_a_repeat(site: PublicSite) -> None:
    for _ in range(2):
        await site.post({**GOOD, "submission_key": "ü" * 500})
    assert len(await site.rows()) == 1


async def test_a_page_shown_again_has_a_key_of_ordinary_length(site: PublicSite) -> None:
    _, page = await site.post({"submission_key": "ü" * 500})
    assert is_valid_key(key_of(page))


async def test_the_header_wins_over_the_hidden_field(site: PublicSite) -> None:
    for key in ("one", "two"):
        await site.post({**GOOD, "submission_key": key}, **{"Idempotency-Key": "same"})
    assert len(await site.rows()) == 1


@pytest.mark.parametrize("key", ["x" * 129, "ü"])
async def test_a_header_that_cannot_be_a_key_is_refused(site: PublicSite, key: str) -> None:
    headers = {"Idempotency-Key": key}
    async with site.client.post(f"{site.url}/f/quiz", json=GOOD, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["code"] == "bad_key"
    assert await site.rows() == []


async def test_invalid_answers_come_back_with_what_is_wrong(site: PublicSite) -> None:
    key = await site.page_key()
    essay = "x" * 2048 + "</textarea><script>"
    response, page = await site.post({"essay": essay, "mail": "nobody", "submission_key": key})
    assert response.status == 422
    assert html.escape(essay) in page
    assert "<script>alert" not in page
    assert 'value="nobody"' in page
    assert "at most 2,047 characters" in page
    assert key_of(page) == key
    assert await site.rows() == []


async def test_a_program_gets_every_error_with_field_and_code(site: PublicSite) -> None:
    async with site.client.post(f"{site.url}/f/quiz", json={"mail": "x", "z": 1}) as response:
        assert response.status == 422
        problem = await response.json()
    assert problem["code"] == "invalid"
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [
        ("essay", "required"),
        ("mail", "not_email"),
        ("z", "unknown_field"),
    ]


async def test_a_full_spool_refuses_politely_and_keeps_what_was_typed(tmp_path: Path) -> None:
    async with open_public_site(tmp_path, limits=Limits(live_bytes=1)) as site:
        assert (await site.post(GOOD))[0].status == 303
        response, page = await site.post({**GOOD, "essay": "precious", "submission_key": "k"})
        assert response.status == 503
        assert int(response.headers["Retry-After"]) > 0
        assert "precious" in page
        assert key_of(page) == "k"
        async with site.client.post(f"{site.url}/f/quiz", json=GOOD) as answered:
            assert answered.status == 503
            assert "Retry-After" in answered.headers
            assert (await answered.json())["code"] == "spool_full"


async def test_a_closed_spool_refuses_politely_too(site: PublicSite) -> None:
    await site.spool.close()
    response, page = await site.post({**GOOD, "essay": "precious"})
    assert response.status == 503
    assert "precious" in page


async def test_a_body_that_says_it_is_too_large_is_refused_unread(site: PublicSite) -> None:
    host, _, port = site.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /f/quiz HTTP/1.1\r\nHost: x\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 300000\r\n\r\n"
    )
    async with asyncio.timeout(5):
        assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
    writer.close()


async def test_a_client_that_leaves_after_its_body_has_its_row(
    site: PublicSite, log: io.StringIO
) -> None:
    """F37: one row, and nothing is logged as an error."""
    host, _, port = site.url.removeprefix("http://").partition(":")
    body = b"essay=Sega&mail=a%40example.org"
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /f/quiz HTTP/1.1\r\nHost: x\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )
    writer.close()
    async with asyncio.timeout(5):
        assert await site.spool.arrivals() == {"quiz-answers"}
    assert len(await site.rows()) == 1
    assert {line["level"] for line in lines_of(log)} <= {"info"}


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"essay=x", 415),
        ({"Content-Type": "text/plain"}, b"essay=x", 415),
        ({"Content-Type": "application/x-www-form-urlencoded; charset=utf-16"}, b"x", 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"x", 415),
        ({"Content-Type": "application/json"}, b"{", 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=%ff", 400),
        ({"Content-Type": "multipart/form-data"}, b"x", 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=" + b"x" * 300_000, 413),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    site: PublicSite, headers: dict[str, str], body: bytes, status: int
) -> None:
    if "Content-Type" not in headers:
        headers = {**headers, "Content-Type": ""}
    async with site.client.post(f"{site.url}/f/quiz", data=body, headers=headers) as response:
        assert response.status == status
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_trusted_proxys_word_is_stored_and_the_public_url_told(tmp_path: Path) -> None:
    behind = Site(
        public_url="https://forms.example.org", trusted_proxies=(ip_network("127.0.0.0/8"),)
    )
    async with open_public_site(tmp_path, site=behind) as site:
        headers = {"X-Forwarded-For": "203.0.113.9"}
        async with site.client.post(f"{site.url}/f/quiz", json=GOOD, headers=headers) as response:
            told = await response.json()
        assert told["status_url"].startswith("https://forms.example.org/f/quiz/receipts/")
        (row,) = await site.rows()
        assert json.loads(row.document)["client_ip_addr"] == "203.0.113.9"
