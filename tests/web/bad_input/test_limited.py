"""Too much, and what only programs send: refused for a while, or taken and flagged."""

import json
from collections.abc import Mapping

import pytest

from service.web.traps import honeypot_name
from tests.web.answered import Answer
from tests.web.bad_input.form_files import TRAPPED_INDEX
from tests.web.bad_input.row import Place
from tests.web.bad_input.several import CLOSE, answers, receipt_of, receipts, with_close
from tests.web.bad_input.wire import PATH, as_json, urlencoded
from tests.web.public_site import PublicSite

pytestmark = pytest.mark.asyncio(loop_scope="package")

ALLOWED = 10


async def test_a_filled_honeypot_looks_like_success(sites: Mapping[Place, PublicSite]) -> None:
    """B76: it is stored, flagged, and has a receipt like any other."""
    site = sites[Place.OPEN]
    honeypot = honeypot_name(site.forms["trapped"])
    request = with_close(urlencoded(**{"essay": "buy", honeypot: "http://spam.example"}))
    (answer,) = await answers(site, request.replace(PATH, b"/f/trapped", 1))
    assert answer.status == 303
    batch = await site.spool.claim(TRAPPED_INDEX, most_rows=10, most_bytes=100_000)
    (document,) = [json.loads(row.document) for row in batch.rows]
    assert document["receipt"] == str(receipt_of(answer))
    assert (document["essay"], document["spam"]) == ("buy", ["honeypot"])
    assert honeypot not in document


async def test_what_is_over_the_limit_comes_back_on_the_page(
    sites: Mapping[Place, PublicSite],
) -> None:
    """B78: 429, with the time to wait; a program is told the same."""
    site = sites[Place.LIMITED_BEHIND_PROXY]
    head = b"X-Forwarded-For: 192.0.2.78\r\n"
    taken = [urlencoded(head, essay=f"number {n}") for n in range(ALLOWED)]
    told = await answers(
        site, *taken, urlencoded(head, essay="one too many"), as_json(head + CLOSE, essay="another")
    )
    await check_taken(site, told[:ALLOWED])
    page, problem = told[ALLOWED:]
    assert "one too many" in page.body.decode()
    assert problem.json()["code"] == "rate_limited"
    for refused in (page, problem):
        assert refused.status == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 3_600
        assert refused.headers["ratelimit-remaining"] == "0"


async def test_a_forged_address_changes_nothing_about_a_limit(
    sites: Mapping[Place, PublicSite],
) -> None:
    """B79: who is no trusted proxy is the client, whatever it says."""
    site = sites[Place.LIMITED]
    queue = [urlencoded(b"X-Forwarded-For: 192.0.2.%d\r\n" % n, essay=str(n)) for n in range(12)]
    told = await answers(site, *queue[:-1], with_close(queue[-1]))
    await check_taken(site, told[:ALLOWED])
    assert [answer.status for answer in told[ALLOWED:]] == [429, 429]


async def test_each_of_a_queue_counts(sites: Mapping[Place, PublicSite]) -> None:
    """B84: a hundred at once are a hundred."""
    site = sites[Place.LIMITED_BEHIND_PROXY]
    head = b"X-Forwarded-For: 192.0.2.84\r\n"
    queue = [urlencoded(head, essay=f"number {n}") for n in range(99)]
    told = await answers(site, *queue, urlencoded(head + CLOSE, essay="the last"))
    await check_taken(site, told[:ALLOWED])
    assert [answer.status for answer in told[ALLOWED:]] == [429] * (100 - ALLOWED)


async def check_taken(site: PublicSite, told: tuple[Answer, ...]) -> None:
    assert [answer.status for answer in told] == [303] * ALLOWED
    assert await receipts(site) == [receipt_of(answer) for answer in told]
