"""Whatever is sent, the fast path answers what the whole way answers, or leaves it to that."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_network
from itertools import chain, product
from pathlib import Path

import pytest

from service.rate import Rate
from service.web.capacity import Capacity
from service.web.rare_line import RareLine
from service.web.site import Site
from tests.web.bad_input.wire import get, post
from tests.web.fast_path.odd_requests import exact, has_key, requests
from tests.web.fast_path.twins import (
    Answer,
    Twins,
    a_form,
    counted,
    documents,
    open_twins,
    read_answer,
)
from tests.web.public_site import PublicSite
from tests.web.raw import connected

SITES: Mapping[str, Site] = {
    "plain": Site(),
    "limited": Site(
        rate_limit_client=Rate(count=150, seconds=86_400),
        rate_limit_form=Rate(count=100, seconds=86_400),
    ),
    "behind a proxy": Site(
        public_url="https://localhost",
        allowed_hosts=("localhost",),
        trusted_proxies=(ip_network("127.0.0.0/8"),),
    ),
}
MANY = 700


@pytest.fixture(params=SITES)
async def twins(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Twins]:
    # Else only the first of the two may write a line, where a second ends between them.
    monkeypatch.setitem(vars(RareLine)["__init__"].__kwdefaults__, "apart_seconds", 0.0)
    async with open_twins(tmp_path, SITES[request.param]) as opened:
        yield opened


async def exchange(
    site: PublicSite, request: bytes, then: bytes = get(b"/f/quiz")
) -> Sequence[Answer]:
    """What is answered to a request, and to the next one where it does not end the connection."""
    answers: list[Answer] = []
    async with connected(site.url) as (reader, writer):
        # An end of the connection is seen as an answer that does not come.
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            for asked in (request, then):
                writer.write(asked)
                to_head = asked.startswith(b"HEAD")
                answers.append(await read_answer(reader, to_head=to_head))
    assert answers
    return answers


def lines_of(log: io.StringIO) -> Sequence[Mapping[str, object]]:
    """What was logged of requests, without what varies."""
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    log.seek(0)
    log.truncate()
    kept = ("event", "method", "route", "status", "bytes", "client", "level")
    return [{name: line.get(name) for name in kept} for line in lines]


async def test_limits_count_what_is_given_back_once(tmp_path: Path) -> None:
    """A key that was used for other answers is found out at the spool, after it was counted."""
    few = Site(rate_limit_client=Rate(count=5, seconds=86_400))
    async with open_twins(tmp_path, few) as twins:
        left = []
        for essay in (b"Sega", b"Nintendo", b"Sega"):
            sent = post(b"essay=%b&submission_key=one" % essay, target=b"/f/quiz?send")
            fast, whole = [await exchange(site, sent) for site in (twins.fast, twins.whole)]
            assert fast == whole
            left.append(dict(fast[0].headers)[b"ratelimit-remaining"])
    assert left == [b"4", b"3", b"2"]
    assert twins.ways.count(("POST", True)) == 3


async def test_the_headers_of_a_form_are_those_of_the_form_in_force(twins: Twins) -> None:
    """They are kept with the form, and made anew with it."""
    asked = get(b"/f/quiz")
    for framed_by in ((), ("https://example.org",), ()):
        quiz = replace(a_form("quiz"), framed_by=framed_by)
        for site in (twins.fast, twins.whole):
            site.forms.replace({"quiz": quiz})
        for _ in range(2):  # the first may be rendered
            fast, whole = [await exchange(site, asked) for site in (twins.fast, twins.whole)]
            assert fast == whole
        sent = post(b"essay=Sega", target=b"/f/quiz")
        fast, whole = [await exchange(site, sent) for site in (twins.fast, twins.whole)]
        assert fast == whole
    assert twins.ways.count(("POST", True)) == 3


@pytest.mark.parametrize("seed", range(2))
async def test_answers_documents_log_and_metrics_are_the_same_on_either_way(
    twins: Twins, log: io.StringIO, seed: int
) -> None:
    for request in chain(exact(), requests(seed, MANY)):
        seen = []
        for site in (twins.fast, twins.whole):
            answers = await exchange(site, request)
            await asyncio.sleep(0)
            seen.append((answers, lines_of(log), await documents(site, named=has_key(request))))
        assert seen[0] == seen[1], request
    assert counted(twins.fast) == counted(twins.whole)
    for way in product(("GET", "POST"), (True, False)):
        assert twins.ways.count(way) > MANY / 20, way


@pytest.mark.parametrize("place", SITES)
async def test_without_room_it_says_so_as_the_whole_way_does(
    tmp_path: Path, log: io.StringIO, place: str
) -> None:
    """SRV-3: where answers are sent; a page costs less than to refuse it, and is given."""
    nothing = Capacity(most_requests=0)
    then = post(b"essay=Sega", target=b"/f/spanish?send&lang=es")
    async with open_twins(tmp_path, SITES[place], nothing) as twins:
        for request in requests(0, MANY):
            if request.startswith(b"POST "):
                seen = []
                for site in (twins.fast, twins.whole):
                    answers = await exchange(site, request, then)
                    await asyncio.sleep(0)
                    seen.append((answers, lines_of(log)))
                assert seen[0] == seen[1], request
        assert counted(twins.fast) == counted(twins.whole)
        assert twins.ways.count(("POST", True)) > MANY / 10
