"""Too much from one client, to one form or altogether: 429, and nothing that was typed is lost."""

import io
import json
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from service.rate import Rate
from service.web.site import Site
from tests.web.observed import lines_of, refused
from tests.web.parsed import Page
from tests.web.public_site import GOOD, PublicSite, key_of, open_public_site
from tests.web.raw import connected

TWO_AN_HOUR = Rate(count=2, seconds=3_600)
BEHIND_PROXY = (ip_network("127.0.0.0/8"),)
JSON = {"Accept": "application/json"}


@pytest.fixture
async def limited(tmp_path: Path) -> AsyncIterator[PublicSite]:
    """A site that takes two an hour from each client, which a trusted proxy names."""
    site = Site(rate_limit_client=TWO_AN_HOUR, trusted_proxies=BEHIND_PROXY)
    async with open_public_site(tmp_path, site=site) as opened:
        yield opened


async def statuses(site: PublicSite, *clients: str) -> list[int]:
    """What each of these clients is answered, one after the other."""
    return [(await site.post(GOOD, **{"X-Forwarded-For": client}))[0].status for client in clients]


async def test_who_sends_too_much_finds_their_answers_on_the_page(limited: PublicSite) -> None:
    """ABUSE-2: 429 with the wait, and promise 6: with everything that was typed."""
    assert await statuses(limited, "192.0.2.7", "192.0.2.7") == [303, 303]
    key = await limited.page_key()
    typed = {"essay": "SEGA & “more”\nlines", "mail": "not an address", "submission_key": key}
    response, text = await limited.post(typed, **{"X-Forwarded-For": "192.0.2.7"})

    page = Page(text)
    assert response.status == 429
    assert page.by_id("field-essay").text == typed["essay"]
    assert page.by_id("field-mail").attributes["value"] == typed["mail"]
    assert key_of(text) == key
    assert page.one("h2").text == "Not saved yet"
    assert "Please send them again in 30 minutes." in page.by_id("notice").text
    assert page.all("div", id="error-summary") == []
    assert response.headers["Retry-After"] == "1800"
    assert response.headers["RateLimit-Remaining"] == "0"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert len(await limited.rows()) == 2


async def test_programs_are_told_by_a_problem(limited: PublicSite) -> None:
    """ABUSE-2: and by the same headers as on every answer before."""
    answers = [
        await limited.post(GOOD | {"essay": str(n)}, **JSON, **{"X-Forwarded-For": "192.0.2.7"})
        for n in range(3)
    ]
    assert [response.status for response, _ in answers] == [201, 201, 429]
    assert [one.headers["RateLimit-Remaining"] for one, _ in answers] == ["1", "0", "0"]
    assert {one.headers["RateLimit-Policy"] for one, _ in answers} == {"2;w=3600"}
    assert ["Retry-After" in one.headers for one, _ in answers] == [False, False, True]
    problem = await limited.client.post(
        f"{limited.url}/f/quiz", json=GOOD, headers={"X-Forwarded-For": "192.0.2.7"}
    )
    assert problem.status == 429
    assert (await problem.json())["code"] == "rate_limited"
    assert int(problem.headers["Retry-After"]) <= 1_800


async def test_what_is_refused_is_counted_by_the_limit_that_refused(limited: PublicSite) -> None:
    await statuses(limited, *["192.0.2.7"] * 4)
    value = limited.metrics.registry.get_sample_value
    assert value("formwell_submissions_rate_limited_total", {"limit": "client"}) == 2
    assert refused(limited.metrics, "rate_limited") == 2


async def test_others_are_not_held_up_by_one(limited: PublicSite) -> None:
    await statuses(limited, *["2001:db8::1"] * 3)
    assert await statuses(limited, "2001:db8::ffff", "2001:db8:0:1::1", "192.0.2.8") == [
        429,
        303,
        303,
    ]


async def test_a_forged_address_neither_helps_nor_harms(tmp_path: Path) -> None:
    """ABUSE-2, IP-1: the limit is by the same address as is stored."""
    site = Site(rate_limit_client=TWO_AN_HOUR)
    async with open_public_site(tmp_path, site=site) as opened:
        assert await statuses(opened, "192.0.2.1", "192.0.2.2", "192.0.2.3") == [303, 303, 429]
        stored = [json.loads(row.document)["client_ip_addr"] for row in await opened.rows()]
        assert stored == ["127.0.0.1", "127.0.0.1"]


async def test_wrong_answers_count_and_what_is_no_submission_does_not(limited: PublicSite) -> None:
    """ABUSE-1: pages, receipts and scripts are no submissions; other sites are refused first."""
    client = {"X-Forwarded-For": "192.0.2.7"}
    for _ in range(5):
        foreign, _ = await limited.post(GOOD, **client, **{"Sec-Fetch-Site": "cross-site"})
        assert foreign.status == 403
        async with limited.client.get(f"{limited.url}/f/quiz", headers=client) as page:
            assert (page.status, page.headers.get("RateLimit-Limit")) == (200, None)
    wrong, _ = await limited.post({"essay": ""}, **client)
    assert (wrong.status, wrong.headers["RateLimit-Remaining"]) == (422, "1")
    odd, _ = await limited.post(GOOD, **client, **{"Idempotency-Key": "x" * 200})
    assert (odd.status, odd.headers["RateLimit-Remaining"]) == (400, "0")
    sent, _ = await limited.post(GOOD, **client)
    assert sent.status == 429


async def test_a_receipt_is_followed_whatever_was_sent(limited: PublicSite) -> None:
    client = {"X-Forwarded-For": "192.0.2.7"}
    sent, _ = await limited.post(GOOD, **client)
    await statuses(limited, *["192.0.2.7"] * 3)
    address = limited.url + sent.headers["Location"]
    for _ in range(5):
        async with limited.client.get(address, headers=client | JSON) as receipt:
            assert receipt.status == 200


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        (Site(rate_limit_form=TWO_AN_HOUR), [303, 303, 429, 303]),
        (Site(rate_limit_total=TWO_AN_HOUR), [303, 303, 429, 429]),
        (Site(), [303, 303, 303, 303]),
    ],
)
async def test_a_form_and_the_whole_have_limits_of_their_own(
    tmp_path: Path, site: Site, expected: list[int]
) -> None:
    async with open_public_site(tmp_path, site=site, forms=2) as opened:
        answers = [await opened.post(GOOD) for _ in range(3)]
        async with opened.client.post(
            f"{opened.url}/f/quiz1", data=GOOD, allow_redirects=False
        ) as other:
            assert [*(one.status for one, _ in answers), other.status] == expected
        assert ("RateLimit-Limit" in answers[0][0].headers) is (429 in expected)
        if answers[2][0].status == 429:
            assert "Very many people answer at this moment." in answers[2][1]


async def test_pipelined_requests_are_each_counted(tmp_path: Path) -> None:
    """ABUSE-2: a hundred at once on one connection."""
    site = Site(rate_limit_client=Rate(count=30, seconds=3_600))
    async with open_public_site(tmp_path, site=site) as opened:
        body = b"essay=Sega&mail=a@example.org"
        request = (
            b"POST /f/quiz HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        received = b""
        async with connected(opened.url) as (reader, writer):
            writer.write(request * 100)
            while received.count(b"HTTP/1.1 ") < 100:
                received += await reader.read(65_536)
        assert received.count(b"HTTP/1.1 201 ") == 30
        assert received.count(b"HTTP/1.1 429 ") == 70
        assert len(await opened.rows()) == 30


async def test_an_address_that_does_not_count_is_told_to_the_operator(
    tmp_path: Path, log: io.StringIO
) -> None:
    """IP-1: once in a while, without anybody's whole address."""
    async with open_public_site(tmp_path) as opened:
        await statuses(opened, "192.0.2.77", "192.0.2.78", "SECRET")
        value = opened.metrics.registry.get_sample_value
        assert value("formwell_forwarded_for_total", {"problem": "ignored"}) == 3
    (line,) = [one for one in lines_of(log) if one["event"] == "forwarded_for_ignored"]
    assert (line["level"], line["peer"]) == ("warning", "127.0.0.0")
    assert "FORMWELL_TRUSTED_PROXIES" in str(line["message"])
    assert not any(part in log.getvalue() for part in ("192.0.2.7", "SECRET"))


async def test_no_other_header_of_a_proxy_is_believed(limited: PublicSite) -> None:
    """IP-4: neither scheme nor host; FORMWELL_PUBLIC_URL says them."""
    odd = {"X-Forwarded-Proto": "javascript", "X-Forwarded-Host": "evil.example"}
    odd |= {"Forwarded": "for=203.0.113.66;proto=https;host=evil.example"}
    response, text = await limited.post(GOOD, **JSON, **odd)
    assert response.status == 201
    assert json.loads(text)["status_url"].startswith(f"{limited.url}/f/quiz/receipts/")
    (row,) = await limited.rows()
    assert json.loads(row.document)["client_ip_addr"] == "127.0.0.1"


async def test_a_hop_that_is_no_address_is_counted_and_refuses_nobody(
    limited: PublicSite, log: io.StringIO
) -> None:
    """IP-2."""
    assert await statuses(limited, "unknown", "192.0.2.7, SECRET") == [303, 303]
    value = limited.metrics.registry.get_sample_value
    assert value("formwell_forwarded_for_total", {"problem": "malformed"}) == 2
    assert "forwarded_for_ignored" not in log.getvalue()
    assert "SECRET" not in log.getvalue()
