"""GET: the start, the form, the receipt, and what is not there."""

import re
from pathlib import Path
from uuid import uuid4

import pytest

from service.spool.ports import Ack, DeadLetter
from service.web.site import Site
from tests.web.public_site import GOOD, PublicSite, key_of, open_public_site

JSON = {"Accept": "application/json"}


async def accepted(site: PublicSite) -> str:
    """The signed address of the receipt of a new submission."""
    return (await site.post(GOOD))[0].headers["Location"]


async def status_of(site: PublicSite, path: str) -> str:
    async with site.client.get(site.url + path, headers=JSON) as response:
        assert response.status == 200
        assert "no-store" in response.headers["Cache-Control"]
        return str((await response.json())["status"])


async def test_the_start_leads_to_the_only_form(site: PublicSite) -> None:
    async with site.client.get(site.url + "/", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, "/f/quiz")


@pytest.mark.parametrize(("asked", "query"), [("en", "?lang=en"), ("fr", ""), ("%0d%0aX: y", "")])
async def test_the_way_to_the_only_form_keeps_a_language_that_it_has(
    site: PublicSite, asked: str, query: str
) -> None:
    address = f"{site.url}/?lang={asked}"
    async with site.client.get(address, allow_redirects=False) as response:
        assert response.headers["Location"] == f"/f/quiz{query}"


async def test_the_start_lists_several_forms(tmp_path: Path) -> None:
    async with (
        open_public_site(tmp_path, forms=2) as site,
        site.client.get(site.url + "/", allow_redirects=False) as response,
    ):
        assert response.status == 200
        assert "/f/quiz" in await response.text()


async def test_every_visit_has_a_key_of_its_own_and_no_cache_shares_it(site: PublicSite) -> None:
    keys = set()
    for _ in range(3):
        async with site.client.get(f"{site.url}/f/quiz") as response:
            keys.add(key_of(await response.text()))
            assert response.headers["Cache-Control"] == "private, no-cache"
            assert "ETag" not in response.headers
            assert "Set-Cookie" not in response.headers
    assert len(keys) == 3


async def test_a_program_at_a_form_s_page_is_led_to_its_description(site: PublicSite) -> None:
    async with site.client.get(f"{site.url}/f/quiz", headers=JSON) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        link = response.links["describedby"]
    assert link["type"] == "application/schema+json"
    async with site.client.get(link["url"]) as described:
        assert (described.status, described.content_type) == (200, "application/schema+json")


async def test_a_receipt_says_received_then_delivered(site: PublicSite) -> None:
    path = await accepted(site)
    assert await status_of(site, path) == "received"
    (row,) = await site.rows()
    await site.spool.settle([Ack(seq=row.seq)])
    assert await status_of(site, path) == "delivered"
    async with site.client.get(site.url + path) as page:
        text = await page.text()
    assert 'role="status"' in text
    assert "Sega" not in text
    assert "a@example.org" not in text


async def test_a_dead_letter_and_a_paused_index_show_as_held(site: PublicSite) -> None:
    path = await accepted(site)
    site.held.add("quiz-answers")
    assert await status_of(site, path) == "held"
    site.held.clear()
    (row,) = await site.rows()
    await site.spool.settle(
        [DeadLetter(seq=row.seq, status=400, error_type="x", reason="SECRET REASON")]
    )
    assert await status_of(site, path) == "held"
    async with site.client.get(site.url + path) as page:
        assert "SECRET REASON" not in await page.text()


async def test_a_signed_receipt_is_never_404(site: PublicSite) -> None:
    receipt = uuid4()
    path = site.links.path("quiz", receipt, 1_790_000_000_000)
    assert await status_of(site, path) == "received"
    site.store.known.add(receipt)
    assert await status_of(site, path) == "delivered"
    site.store.away = True
    assert await status_of(site, path) == "received"


async def test_a_signed_receipt_outlives_its_form(site: PublicSite) -> None:
    receipt = uuid4()
    path = site.links.path("closed", receipt, 1_790_000_000_000)
    assert await status_of(site, path) == "received"
    async with site.client.get(site.url + path) as page:
        assert page.status == 200
        text = re.sub("<[^>]*>", "", await page.text())
    assert str(receipt) in text
    assert "Received." in text
    assert "21 September 2026" in text
    async with site.client.get(site.url + path.partition("?")[0]) as unsigned:
        assert unsigned.status == 404
    async with site.client.get(site.url + path.replace("/closed/", "/%ED%A0%80/")) as odd:
        assert odd.status == 404
    assert site.store.asked == 0


async def test_the_spool_knows_answers_to_a_form_that_is_gone(site: PublicSite) -> None:
    path = (await accepted(site)).partition("?")[0]
    site.forms.replace({})
    assert await status_of(site, path) == "received"
    (row,) = await site.rows()
    await site.spool.settle([Ack(seq=row.seq)])
    assert await status_of(site, path) == "delivered"
    async with site.client.get(site.url + path) as page:
        assert 'role="status"' in await page.text()


async def test_an_unsigned_receipt_nobody_knows_is_404_and_costs_the_store_nothing(
    site: PublicSite,
) -> None:
    for receipt in (str(uuid4()), "x", "019aaaac-2600-88db-9bf3-fc5000323787%0d%0a"):
        async with site.client.get(f"{site.url}/f/quiz/receipts/{receipt}") as response:
            assert response.status == 404
    assert site.store.asked == 0


async def test_a_receipt_in_this_spool_needs_no_signature(site: PublicSite) -> None:
    path = (await accepted(site)).partition("?")[0]
    assert await status_of(site, path) == "received"


async def test_a_receipt_belongs_to_its_form(tmp_path: Path) -> None:
    async with open_public_site(tmp_path, forms=2) as site:
        address = (await accepted(site)).replace("/f/quiz/", "/f/quiz1/")
        async with site.client.get(site.url + address) as response:
            assert response.status == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/f/nobody", 404),
        ("POST", "/f/nobody", 404),
        ("GET", "/metrics", 404),
        ("GET", "/livez", 404),
        ("GET", "/%2e%2e/etc/passwd", 404),
        ("GET", "/f/%00", 404),
        ("PUT", "/f/quiz", 405),
        ("DELETE", "/f/quiz", 405),
        ("POST", "/", 405),
    ],
)
async def test_what_is_not_there_is_refused_as_page_and_as_problem(
    site: PublicSite, method: str, path: str, status: int
) -> None:
    async with site.client.request(method, site.url + path) as response:
        assert response.status == status
        assert response.content_type == "text/html"
        assert "Content-Security-Policy" in response.headers
    async with site.client.request(method, site.url + path, headers=JSON) as response:
        assert response.status == status
        assert response.content_type == "application/problem+json"
        assert (await response.json())["status"] == status
        if status == 405:
            assert response.headers["Allow"]


async def test_only_the_allowed_hosts_are_answered(tmp_path: Path) -> None:
    async with open_public_site(tmp_path, site=Site(allowed_hosts=("forms.example.org",))) as site:
        for host, status in (
            ("forms.example.org", 200),
            ("FORMS.example.org:8080", 200),
            ("evil.example.org", 400),
        ):
            async with site.client.get(f"{site.url}/f/quiz", headers={"Host": host}) as response:
                assert response.status == status


async def test_refusals_are_counted_by_their_code(site: PublicSite) -> None:
    async with site.client.get(f"{site.url}/nowhere"):
        pass
    await site.post({})
    for reason in ("not_found", "invalid"):
        value = site.metrics.registry.get_sample_value(
            "formwell_requests_refused_total", {"reason": reason}
        )
        assert value == 1
