"""One request at a time on a connection, whatever comes when, and whoever answers it."""

import asyncio
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from service.rate import Rate
from service.spool.ports import Shortage, SpoolBroken, SpoolFull
from service.submission import Submission
from service.web.capacity import Capacity
from service.web.fast_path.fast_path import FAST_PATH
from service.web.keys import INTAKE
from service.web.site import Site
from tests.web.bad_input.wire import get, post, urlencoded
from tests.web.fast_path.twins import CountingFastPath, read_answer
from tests.web.observed import refused
from tests.web.public_site import GOOD, PublicSite, open_public_site
from tests.web.raw import connected

PAGE = get(b"/f/quiz")


def answers(key: str, **more: str) -> bytes:
    """A good submission with a key of its own, to the quiz."""
    sent = urlencoded(**GOOD, submission_key=key, **more)
    return sent.replace(b"/f/table", b"/f/quiz", 1)


class SlowIntake:
    """Puts nothing before it is told to; `error` is what it says instead."""

    def __init__(self, intake: object) -> None:
        self._intake = intake
        self.go_on = asyncio.Event()
        self.put_now = 0
        self.error: Exception | None = None
        self.is_full = False
        self.fails_at_once = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._intake, name)

    def check_room(self) -> None:
        if self.is_full:
            raise SpoolFull("no room", shortage=Shortage.DELIVERY, retry_after_seconds=1)

    def put(self, submission: Submission, *, limit: int | None = None) -> asyncio.Future[object]:
        if self.fails_at_once:
            raise ZeroDivisionError
        return asyncio.ensure_future(self._put(submission, limit))

    async def _put(self, submission: Submission, limit: int | None) -> object:
        self.put_now += 1
        await self.go_on.wait()
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return await self._intake.put(submission, limit=limit)  # type: ignore[attr-defined]  # a Spool


class Slow:
    """A site whose disk waits."""

    def __init__(self) -> None:
        self.intake: SlowIntake
        self.fast_path: CountingFastPath

    def __call__(self, app: web.Application) -> None:
        self.intake = SlowIntake(app[INTAKE])
        app[INTAKE] = self.intake  # type: ignore[misc]  # of a test
        self.fast_path = app[FAST_PATH] = CountingFastPath(app)

    async def until_put(self, count: int) -> None:
        """Return when so many submissions wait for the disk."""
        async with asyncio.timeout(5):
            while self.intake.put_now < count:  # noqa: ASYNC110 - a request is no event
                await asyncio.sleep(0.002)


@pytest.fixture
def slow() -> Slow:
    return Slow()


async def test_what_comes_before_the_answer_waits_for_its_turn(tmp_path: Path, slow: Slow) -> None:
    async with open_public_site(tmp_path, adapt=slow) as site, connected(site.url) as (reader, out):
        out.write(PAGE)
        assert (await read_answer(reader)).status == b"HTTP/1.1 200 OK"
        out.write(answers("one"))
        await slow.until_put(1)
        out.write(PAGE)
        await out.drain()
        out.write(answers("two") + PAGE)
        await asyncio.sleep(0.02)
        assert slow.intake.put_now == 1
        slow.intake.go_on.set()
        statuses = [(await read_answer(reader)).status.split()[1] for _ in range(4)]
        assert statuses == [b"303", b"200", b"303", b"200"]
        assert len(await site.rows()) == 2
    assert ("POST", True) in slow.fast_path.taken


async def test_several_in_one_piece_are_answered_in_their_order(site: PublicSite) -> None:
    async with connected(site.url) as (reader, out):
        out.write(PAGE)
        await read_answer(reader)
        out.write(answers("one") + PAGE + answers("two") + PAGE)
        statuses = [(await read_answer(reader)).status.split()[1] for _ in range(4)]
    assert statuses == [b"303", b"200", b"303", b"200"]


async def test_what_the_spool_refuses_after_all_is_refused_on_the_whole_way(
    tmp_path: Path, slow: Slow
) -> None:
    async with open_public_site(tmp_path, adapt=slow) as site, connected(site.url) as (reader, out):
        slow.intake.go_on.set()
        for essay, status in (("Sega", b"303"), ("Nintendo", b"409"), ("Sega", b"303")):
            sent = urlencoded(essay=essay, mail="a@example.org", submission_key="same")
            out.write(sent.replace(b"/f/table", b"/f/quiz", 1))
            assert (await read_answer(reader)).status.split()[1] == status
        slow.intake.error = SpoolBroken("a moment only")
        out.write(answers("later"))
        assert (await read_answer(reader)).status.split()[1] == b"303"
        assert refused(site.metrics, "key_taken") == 1
        assert len(await site.rows()) == 2
    assert ("POST", False) not in slow.fast_path.taken


async def test_a_full_spool_is_no_fault(tmp_path: Path, slow: Slow, log: io.StringIO) -> None:
    async with open_public_site(tmp_path, adapt=slow) as site, connected(site.url) as (reader, out):
        out.write(PAGE)
        await read_answer(reader)
        slow.intake.is_full = True
        out.write(answers("one"))
        assert (await read_answer(reader)).status.split()[1] == b"503"
    assert ("POST", False) in slow.fast_path.taken
    assert "fast_path_failed" not in log.getvalue()


async def test_a_fault_of_ours_before_anything_is_put_leaves_nothing_counted(
    tmp_path: Path, slow: Slow, log: io.StringIO
) -> None:
    limited = Site(rate_limit_client=Rate(count=3, seconds=86_400))
    async with (
        open_public_site(tmp_path, adapt=slow, site=limited) as site,
        connected(site.url) as (reader, out),
    ):
        gauge = site.metrics.registry.get_sample_value
        slow.intake.go_on.set()
        slow.intake.fails_at_once = True
        out.write(answers("one"))
        failed = await read_answer(reader)
        assert failed.status.split()[1] == b"500"
        for name in ("formwell_requests_in_flight", "formwell_body_bytes"):
            assert gauge(name, {"listener": "public"}) == 0
        slow.intake.fails_at_once = False
        out.write(answers("one"))
        taken = await read_answer(reader)
        assert (b"ratelimit-remaining", b"1") in taken.headers  # of three, one by each answer
    assert slow.fast_path.taken == [("POST", True)]
    assert "fast_path_failed" in log.getvalue()


async def test_who_has_a_fault_of_ours_after_the_commit_gets_no_answer_and_may_repeat(
    tmp_path: Path, slow: Slow
) -> None:
    async with open_public_site(tmp_path, adapt=slow) as site:
        async with connected(site.url) as (reader, out):
            slow.intake.go_on.set()
            slow.intake.error = ZeroDivisionError()
            out.write(PAGE)
            await read_answer(reader)
            out.write(answers("one"))
            assert await reader.read() == b""
        async with connected(site.url) as (reader, out):
            out.write(answers("one"))
            assert (await read_answer(reader)).status.split()[1] == b"303"
        assert len(await site.rows()) == 1


async def test_what_waits_for_the_disk_is_in_flight_and_room_is_kept(
    tmp_path: Path, slow: Slow
) -> None:
    """SRV-3: also where aiohttp never sees a request."""
    few = Capacity(most_requests=2)
    async with open_public_site(tmp_path, adapt=slow, capacity=few) as site:
        gauge = site.metrics.registry.get_sample_value
        async with connected(site.url) as one, connected(site.url) as two:
            for number, (_, out) in enumerate((one, two)):
                out.write(answers(f"key-{number}"))
            await slow.until_put(2)
            assert gauge("formwell_requests_in_flight", {"listener": "public"}) == 2
            async with connected(site.url) as (reader, out):
                out.write(answers("too many"))
                assert (await read_answer(reader)).status.split()[1] == b"503"
            slow.intake.go_on.set()
            for reader, _ in (one, two):
                assert (await read_answer(reader)).status.split()[1] == b"303"
        assert gauge("formwell_requests_in_flight", {"listener": "public"}) == 0
        assert gauge("formwell_body_bytes", {"listener": "public"}) == 0


async def test_a_stop_waits_for_what_is_on_its_way_to_the_disk_and_says_that_it_ends(
    tmp_path: Path, slow: Slow
) -> None:
    async def stop_while_it_waits() -> bytes:
        async with open_public_site(tmp_path, adapt=slow) as site:
            where = site.url.removeprefix("http://").split(":")
            reader, out = await asyncio.open_connection(*where)
            out.write(PAGE)
            await read_answer(reader)
            other_reader, other_out = await asyncio.open_connection(*where)
            other_out.write(PAGE)
            await read_answer(other_reader)
            out.write(answers("one"))
            await slow.until_put(1)
            asyncio.get_running_loop().call_later(0.05, other_out.write, PAGE)
            asyncio.get_running_loop().call_later(0.1, slow.intake.go_on.set)
        assert (b"connection", b"close") in (await read_answer(other_reader)).headers
        assert await other_reader.read() == b""
        other_out.close()
        answer = await read_answer(reader)
        assert (b"connection", b"close") in answer.headers
        assert await reader.read() == b""
        out.close()
        return answer.status

    assert await stop_while_it_waits() == b"HTTP/1.1 303 See Other"
    assert ("POST", True) in slow.fast_path.taken


async def test_who_leaves_while_the_disk_works_is_stored_all_the_same(
    tmp_path: Path, slow: Slow
) -> None:
    async with open_public_site(tmp_path, adapt=slow) as site:
        async with connected(site.url) as (reader, out):
            out.write(PAGE)
            await read_answer(reader)
            out.write(answers("one"))
            await slow.until_put(1)
        slow.intake.go_on.set()
        async with asyncio.timeout(5):
            while not await site.rows():  # noqa: ASYNC110 - a row is no event
                await asyncio.sleep(0.002)
        async with site.client.get(f"{site.url}/f/quiz") as response:
            assert response.status == 200


async def test_a_connection_is_not_idle_while_the_disk_works(tmp_path: Path, slow: Slow) -> None:
    """However long that takes: neither the keep-alive's end nor a crowd ends it."""
    brief = Capacity(keepalive_seconds=0.05, most_connections=1)
    async with (
        open_public_site(tmp_path, adapt=slow, capacity=brief) as site,
        connected(site.url) as (reader, out),
    ):
        out.write(PAGE)
        await read_answer(reader)
        out.write(answers("one"))
        await slow.until_put(1)
        await asyncio.sleep(0.2)
        async with connected(site.url) as (crowded, _):
            assert (await crowded.read()).startswith(b"HTTP/1.1 503 ")
        slow.intake.go_on.set()
        assert (await read_answer(reader)).status.split()[1] == b"303"
        assert await reader.read() == b""  # idle for as long as anybody may be
    assert ("POST", True) in slow.fast_path.taken


async def test_who_does_not_read_goes_the_whole_way_which_waits(tmp_path: Path, slow: Slow) -> None:
    """SRV-4: so that no more than a little is kept for whoever asks again and again."""
    async with open_public_site(tmp_path, adapt=slow) as site, connected(site.url) as (reader, out):
        taken = slow.fast_path.taken
        out.write(PAGE)
        await read_answer(reader)
        for number in range(1, 20_000):
            out.write(PAGE)
            if not await has_come(lambda: len(taken) > number):  # noqa: B023 - awaited here
                break
        out.transport.abort()
    assert 10 < len(taken) < 20_000


async def has_come(condition: Callable[[], bool]) -> bool:
    """Whether it is so within half a second."""
    now = asyncio.get_running_loop().time
    until = now() + 0.5
    while not condition() and now() < until:  # noqa: ASYNC110 - an offer is no event
        await asyncio.sleep(0)
    return condition()


CHROMIUM = b"""Connection: keep-alive\r
Cache-Control: max-age=0\r
sec-ch-ua: "Chromium";v="150", "Not)A;Brand";v="8"\r
sec-ch-ua-mobile: ?0\r
sec-ch-ua-platform: "Linux"\r
Origin: http://localhost\r
Content-Type: application/x-www-form-urlencoded\r
Upgrade-Insecure-Requests: 1\r
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36\r
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r
Sec-Fetch-Site: same-origin\r
Sec-Fetch-Mode: navigate\r
Sec-Fetch-User: ?1\r
Sec-Fetch-Dest: document\r
Referer: http://localhost/f/quiz\r
Accept-Encoding: gzip, deflate, br, zstd\r
Accept-Language: en-GB,en;q=0.9\r
"""


async def test_what_a_browser_sends_from_the_page_goes_the_fast_path(
    tmp_path: Path, slow: Slow
) -> None:
    async with open_public_site(tmp_path, adapt=slow) as site, connected(site.url) as (reader, out):
        for sent in (get(b"/f/quiz", head=CHROMIUM), get(b"/f/quiz", head=CHROMIUM)):
            out.write(sent)
            page = (await read_answer(reader)).body
        action = re.search(rb'action="(/f/quiz[^"]*)"', page)
        assert action is not None
        target = action[1].replace(b"&amp;", b"&")
        slow.intake.go_on.set()
        out.write(post(b"essay=Sega&mail=a%40example.org", kind=None, head=CHROMIUM, target=target))
        assert (await read_answer(reader)).status.split()[1] == b"303"
    assert slow.fast_path.taken == [("GET", False), ("GET", True), ("POST", True)]
