"""No more at once than there is room for: what is beyond is told so before its body is read."""

import asyncio
import json
from pathlib import Path

from aiohttp import web

from service.app import create_internal_app
from service.lifespan import listen
from service.observability.metrics import Metrics
from service.setting_values import Address
from service.web.capacity import CAPACITY, INTERNAL, Capacity
from service.web.health import Readiness
from tests.web.listener.small_listener import Gate, greet, small_listener
from tests.web.observed import refused
from tests.web.public_site import open_public_site
from tests.web.raw import FORM_HEAD, ask, connected

GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def post(head: bytes, body: bytes = b"") -> bytes:
    return b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%b\r\n%b" % (head, body)


def length(told: int) -> bytes:
    return b"Content-Length: %d\r\n" % told


async def test_beyond_so_many_requests_the_next_is_refused_before_its_body_is_read() -> None:
    """SRV-3: 503 and Retry-After; those that were let in are answered, and then the next is too."""
    gate = Gate()
    async with small_listener(gate.keep, Capacity(most_requests=2)) as listener:
        let_in = [asyncio.create_task(ask(listener.url, GET)) for _ in range(2)]
        await gate.until_waiting(2)
        async with connected(listener.url) as (reader, writer):
            writer.write(post(length(100_000)))
            answer = await reader.readuntil(b"\r\n\r\n")
        assert b" 503 " in answer
        assert b"\r\nRetry-After: 1\r\n" in answer
        assert refused(listener.metrics, "busy") == 1
        gauge = listener.metrics.registry.get_sample_value
        assert gauge("formwell_requests_in_flight", {"listener": "public"}) == 2
        gate.opened.set()
        assert all(b" 200 " in answer for answer in await asyncio.gather(*let_in))
        assert b" 200 " in await ask(listener.url, GET)
        assert gauge("formwell_requests_in_flight", {"listener": "public"}) == 0


async def test_bodies_have_so_much_room_together_and_one_without_a_length_the_most_it_may() -> None:
    """SRV-3: what is let in can be read to its end."""
    gate = Gate()
    async with small_listener(
        gate.keep, Capacity(most_body_bytes=100, lingering_seconds=0.05)
    ) as listener:
        first = asyncio.create_task(ask(listener.url, post(length(60), b"x" * 60)))
        await gate.until_waiting(1)
        for head in (length(41), CHUNKED):
            async with connected(listener.url) as (reader, writer):
                writer.write(post(head))
                assert b" 503 " in await reader.readuntil(b"\r\n\r\n")
        second = asyncio.create_task(ask(listener.url, post(length(40), b"x" * 40)))
        gate.opened.set()
        assert b"read 60" in await first
        assert b"read 40" in await second
        assert b"read 5" in await ask(listener.url, post(CHUNKED, b"5\r\nhello\r\n0\r\n\r\n"))
        assert b"read 100" in await ask(listener.url, post(length(100), b"x" * 100))


async def test_who_asks_whether_to_send_a_body_is_told_at_once() -> None:
    """SRV-3: no `100 Continue` where the body would be refused."""
    expecting = b"Expect: 100-continue\r\n"
    async with small_listener(
        greet, Capacity(most_body_bytes=100, lingering_seconds=0.05)
    ) as listener:
        for told, status in ((length(101), b"503"), (length(2**30), b"413"), (CHUNKED, b"503")):
            answer = await ask(listener.url, post(expecting + told))
            assert answer.split(b" ")[1] == status
        async with connected(listener.url) as (reader, writer):
            writer.write(post(expecting + length(5)))
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
            writer.write(b"hello")
            assert b"read 5" in await reader.read()


async def test_a_person_is_told_what_to_do_and_a_program_when(tmp_path: Path) -> None:
    """SRV-3: a page in the language of the form, or a problem; and nothing is stored."""
    body = b"essay=Sega&mail=a%40example.org"
    sent = b"POST /f/quiz HTTP/1.1\r\nConnection: close\r\n%b%b\r\n%b"
    async with open_public_site(tmp_path, capacity=Capacity(most_requests=0)) as site:
        page = await ask(site.url, sent % (FORM_HEAD, length(len(body)), body))
        problem = await ask(
            site.url,
            sent % (FORM_HEAD + b"Accept: application/json\r\n", length(len(body)), body),
        )
        for answer in (page, problem):
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"\r\nRetry-After: 1\r\n" in answer
            assert b"\r\nX-Request-Id: " in answer
        assert b"reload this page in a moment, and your answers are sent again" in page
        assert json.loads(problem.partition(b"\r\n\r\n")[2])["code"] == "busy"
        assert refused(site.metrics, "busy") == 2
        assert await site.rows() == []


async def test_where_all_connections_are_taken_who_only_stands_there_makes_room() -> None:
    """SRV-3: the cap on connections; with every one of them being answered, 503 and the end."""
    gate = Gate()
    async with (
        small_listener(gate.keep, Capacity(most_connections=2)) as listener,
        connected(listener.url) as (idle, _),
        connected(listener.url) as (busy, writer),
    ):
        writer.write(GET)
        await gate.until_waiting(1)
        last = asyncio.create_task(ask(listener.url, GET))
        assert await idle.read() == b""
        await gate.until_waiting(2)
        assert listener.dropped("idle") == 1
        async with connected(listener.url) as (reader, _):
            crowded = await reader.read()
        assert crowded.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert b"\r\nRetry-After: 1\r\n" in crowded
        assert json.loads(crowded.partition(b"\r\n\r\n")[2])["code"] == "busy"
        assert listener.dropped("crowded") == 1
        gate.opened.set()
        assert b" 200 " in await busy.read()
        assert b" 200 " in await last


async def test_who_has_left_takes_no_room() -> None:
    """SRV-3: only open connections are counted."""
    async with small_listener(greet, Capacity(most_connections=2)) as listener:
        for _ in range(5):
            assert b" 200 " in await ask(listener.url, GET)
        assert listener.dropped("idle") == listener.dropped("crowded") == 0


async def test_probes_are_outside_of_all_this() -> None:
    """SRV-3: the internal listener has no caps."""
    app = create_internal_app(readiness=Readiness(), metrics=Metrics(), status_report=_nothing)
    assert app[CAPACITY] is INTERNAL
    async with listen(app, Address(host="127.0.0.1", port=0), finish_seconds=1) as address:
        probe = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert b" 200 " in await ask(f"http://{address}", probe)


async def _nothing() -> dict[str, object]:
    return {}


async def test_what_is_sent_ahead_waits_in_the_network_and_not_in_memory() -> None:
    """SRV-3: pipelined bodies are read when it is their turn, however quick those before it are."""
    ahead = []

    async def note(request: web.Request) -> web.Response:
        messages = request.protocol._messages
        ahead.append(sum(body.total_bytes for _, body in messages))
        await asyncio.sleep(0.001)  # for more to arrive meanwhile
        return await greet(request)

    stay = GET.replace(b"Connection: close\r\n", b"")
    body = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + bytes(200_000)
    async with small_listener(note, Capacity()) as listener:
        answers = await ask(listener.url, stay * 30 + body * 20 + GET)
        assert answers.count(b" 200 ") == 51
        assert answers.count(b"read 200000") == 20
        assert 0 < max(ahead) <= 2**19  # of which a read of the socket has the half


async def test_of_a_thousand_requests_sent_at_once_few_are_queued() -> None:
    """SRV-3: 32 at most; and all of them are answered."""
    queued = []

    async def note(request: web.Request) -> web.Response:
        queued.append(len(request.protocol._messages))
        return await greet(request)

    async with small_listener(note, Capacity()) as listener:
        many = GET.replace(b"Connection: close\r\n", b"") * 999 + GET
        assert (await ask(listener.url, many)).count(b" 200 ") == 1_000
    assert 0 < max(queued) <= 32
