"""Bad input that takes more than one request: repeats, queues, and a page that is known."""

from collections.abc import Mapping

import pytest

from tests.web.bad_input.row import Place
from tests.web.bad_input.several import CLOSE, answers, receipt_of, receipts, with_close
from tests.web.bad_input.wire import as_json, get, post, urlencoded
from tests.web.public_site import PublicSite

pytestmark = pytest.mark.asyncio(loop_scope="package")

QUEUED = 100


async def test_the_same_answers_under_the_same_key_have_the_first_receipt(
    sites: Mapping[Place, PublicSite],
) -> None:
    """B81: a page's key and a program's."""
    site = sites[Place.OPEN]
    person = urlencoded(submission_key="b81", essay="Sega")
    first, again = await answers(site, person, with_close(person))
    assert (first.status, again.status) == (303, 303)
    assert again.headers["location"] == f"{first.headers['location']}&again=1"
    program = as_json(b"Idempotency-Key: b81-json\r\n", essay="Sega")
    first, again = await answers(site, program, with_close(program))
    assert (first.status, again.status) == (201, 200)
    assert again.json() == first.json()
    assert len(await receipts(site)) == 2


async def test_other_answers_under_the_same_key_come_back(
    sites: Mapping[Place, PublicSite],
) -> None:
    """B82: a person has them on the page, a program is told; the first stay as they are."""
    site = sites[Place.OPEN]
    key = b"Idempotency-Key: b82\r\n"
    _, page, problem = await answers(
        site,
        as_json(key, essay="Sega"),
        urlencoded(key, essay="Nintendo, after all"),
        as_json(key + CLOSE, essay="Nintendo, after all"),
    )
    assert (page.status, problem.status) == (409, 409)
    assert "Nintendo, after all" in page.body.decode()
    assert problem.json()["code"] == "key_taken"
    assert len(await receipts(site)) == 1


async def test_what_stands_in_a_queue_is_answered_in_its_order_and_nothing_behind_a_close(
    sites: Mapping[Place, PublicSite],
) -> None:
    """B84: a hundred answers at once, and three more where the connection was to end."""
    site = sites[Place.OPEN]
    queue = [urlencoded(essay=f"number {n}") for n in range(QUEUED - 1)]
    behind = [urlencoded(essay=f"behind {n}") for n in range(3)]
    told = await answers(site, *queue, urlencoded(CLOSE, essay="the last"), *behind)
    assert [answer.status for answer in told] == [303] * QUEUED
    assert await receipts(site) == [receipt_of(answer) for answer in told]


async def test_a_broken_request_in_a_queue_ends_it(sites: Mapping[Place, PublicSite]) -> None:
    """B84: what is stored before it is acknowledged, what comes behind it is no request."""
    site = sites[Place.OPEN]
    good = urlencoded(essay="good")
    told = await answers(site, good, post(b"", length=b"-1"), good)
    assert told[-1].status == 400
    assert await receipts(site) == [receipt_of(answer) for answer in told[:-1]]


async def test_a_kept_page_that_is_known_is_not_sent_again(
    sites: Mapping[Place, PublicSite],
) -> None:
    """B86: 304 to its ETag; a part of it is never sent."""
    site = sites[Place.OPEN]
    (page,) = await answers(site, get(b"/f/kept", head=CLOSE))
    etag = page.headers["etag"].encode()
    known = get(b"/f/kept", head=b"If-None-Match: W/%b\r\nRange: bytes=0-9\r\n" % etag)
    part = get(b"/f/kept", head=b"If-Range: %b\r\nRange: bytes=0-9\r\n" % etag + CLOSE)
    first, second = await answers(site, known, part)
    assert (first.status, first.body) == (304, b"")
    assert (second.status, second.body) == (200, page.body)
