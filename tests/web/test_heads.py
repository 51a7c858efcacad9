"""What a request's head must be, wherever the request goes."""

import io
import json

import pytest

from tests.web.observed import lines_of, refused
from tests.web.public_site import GOOD, PublicSite
from tests.web.raw import FORM_HEAD, ask


@pytest.mark.parametrize(
    ("most", "headers"),
    [
        (b"X: " + b"x" * 16_000 + b"\r\n", b"X: " + b"x" * 16_400 + b"\r\n"),
        (b"X: y\r\n" * 98, b"X: y\r\n" * 99),
    ],
)
async def test_a_head_may_be_as_large_as_the_limits_say(
    site: PublicSite, most: bytes, headers: bytes
) -> None:
    for head, status in ((most, b" 200 "), (headers, b" 400 ")):
        request = b"GET /f/quiz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%b\r\n" % head
        assert status in (await ask(site.url, request)).partition(b"\r\n")[0]


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        (b"GET / HTTP/2.0\r\n", 505, "unsupported_version"),
        (b"GET / HTTP/1.1\r\nExpect: foo\r\n", 417, "unknown_expectation"),
        (b"POST /f/quiz HTTP/1.1\r\nContent-Encoding: br\r\n", 415, "unsupported_type"),
        (b"GET http://elsewhere/ HTTP/1.1\r\n", 400, "wrong_host"),
    ],
)
async def test_a_head_that_is_refused_has_our_form_of_answer_and_its_line_in_the_log(
    site: PublicSite, log: io.StringIO, head: bytes, status: int, code: str
) -> None:
    page = await ask(site.url, head + FORM_HEAD + b"\r\n")
    assert page.startswith(b"HTTP/1.1 %d " % status)
    assert b"text/html" in page
    assert b"X-Request-Id: " in page
    problem = await ask(site.url, head + FORM_HEAD + b"Accept: application/json\r\n\r\n")
    assert json.loads(problem.partition(b"\r\n\r\n")[2])["code"] == code
    assert [(line["event"], line["status"]) for line in lines_of(log)] == [("request", status)] * 2
    assert refused(site.metrics, code) == 2


async def test_a_compressed_body_is_refused_before_it_is_asked_for(site: PublicSite) -> None:
    answer = await ask(
        site.url,
        b"POST /f/quiz HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 1000\r\n"
        b"Expect: 100-continue\r\n%b\r\n" % FORM_HEAD,
    )
    assert answer.startswith(b"HTTP/1.1 415 ")


async def test_a_target_in_absolute_form_is_answered_where_it_names_the_host(
    site: PublicSite,
) -> None:
    for request in (
        b"GET http://LOCALHOST/f/quiz HTTP/1.0\r\nHost: LocalHost\r\n\r\n",
        b"GET https://localhost/f/quiz HTTP/1.0\r\nHost: localhost\r\n\r\n",
        b"GET /f/quiz HTTP/1.0\r\n\r\n",
    ):
        assert b" 200 " in (await ask(site.url, request)).partition(b"\r\n")[0]


async def test_the_address_of_a_receipt_keeps_the_port_of_a_target_in_absolute_form(
    site: PublicSite,
) -> None:
    body = json.dumps(GOOD).encode()
    answer = await ask(
        site.url,
        b"POST http://localhost:1234/f/quiz HTTP/1.0\r\nHost: localhost:1234\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body),
    )
    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert told["status_url"].startswith("http://localhost:1234/f/quiz/receipts/")


@pytest.mark.parametrize(
    ("version", "coding"),
    [(b"1.0", b"chunked"), (b"1.0", b"identity"), (b"1.1", b"gzip, chunked")],
)
async def test_a_body_whose_end_others_may_see_elsewhere_is_refused_and_the_last(
    site: PublicSite, version: bytes, coding: bytes
) -> None:
    """What a proxy takes for the rest of a body must not be a request here (RFC 9112, 6.1)."""
    head = b"Host: x\r\nConnection: keep-alive\r\nTransfer-Encoding: %b\r\n\r\n" % coding
    body = b"0\r\n\r\nGET /f/quiz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = await ask(site.url, b"POST /f/quiz HTTP/%b\r\n%b%b" % (version, head, body))
    assert answer.startswith(b"HTTP/%b 400 " % version)
    assert answer.count(b"X-Request-Id: ") == 1
