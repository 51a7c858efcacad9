"""Bad input, row by row (B1 to B90): what is answered, what is stored, what is told to nobody.

Raw sockets against the real listener, with the values of production.
"""

import io
import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress

import pytest

from tests.web.answered import Answer, answers_in
from tests.web.bad_input.form_files import INDEX
from tests.web.bad_input.row import Connection, Place, Row
from tests.web.bad_input.table import TABLE
from tests.web.observed import lines_of
from tests.web.parsed import Page
from tests.web.protected import EXPECTED
from tests.web.public_site import PublicSite
from tests.web.raw import CANARY, connected

pytestmark = pytest.mark.asyncio(loop_scope="package")

FACTS = {"form", "receipt", "iso_timestamp", "is_spam", "tags"}
# Told now and then of whoever stands in front: nothing that the row itself is about.
OF_OPERATORS = {"forwarded_for_ignored"}
ANOTHER = b"GET /f/table HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("name", TABLE)
async def test_whatever_is_sent_has_its_answer(
    sites: Mapping[Place, PublicSite], log: io.StringIO, name: str
) -> None:
    """B1 to B90, SRV-4: no byte sequence gets a 500, is told again, or leaves what nobody meant."""
    row = TABLE[name]
    site = sites[row.place]
    await claimed(site)  # what another row left, where that one failed
    before = refusals(site)
    began = time.process_time()
    answers = await exchange(site, row)
    assert row.most_cpu_seconds is None or time.process_time() - began < row.most_cpu_seconds
    check_answer(row, answers[0])
    check_connection(row, answers[1:])
    await check_stored(row, site, answers[0])
    check_log(row, log)
    counted = refusals(site)
    changes = {code: counted[code] - before.get(code, 0) for code in counted}
    assert row.code is None or changes[row.code] == 1
    assert sum(changes.values()) == (1 if row.code or answers[0].status == 400 else 0)


async def exchange(site: PublicSite, row: Row) -> tuple[Answer, ...]:
    """All answers to the bytes and, on the same connection, to a page asked for after them."""
    async with connected(site.url) as (reader, writer):
        writer.write(row.sent)
        received = b""
        while not answers_in(received) and (read := await reader.read(65_536)):
            received += read
        writer.write(ANOTHER)
        if row.connection is Connection.CLOSED:
            with suppress(OSError):  # it is closed already where nothing more was to be read
                writer.write_eof()
        while read := await reader.read(65_536):
            received += read
        return answers_in(received)


def check_answer(row: Row, answer: Answer) -> None:
    assert answer.status in row.status, answer
    for header, value in EXPECTED.items():
        assert answer.headers[header.lower()] == value
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])
    for header, value in row.headers.items():
        assert answer.headers[header] == value
    if row.kept is not None:
        check_page(row.kept, Page(answer.body.decode()))
    else:
        assert CANARY not in answer.body.lower()
        assert CANARY.decode() not in str(answer.headers).lower()
    if row.errors is not None:
        told = [(error["field"], error["code"]) for error in answer.json()["errors"]]
        assert told == [*row.errors]
    elif row.code is not None and not answer.is_page:
        assert answer.json()["code"] == row.code


def check_page(kept: Mapping[str, str], page: Page) -> None:
    for field, value in kept.items():
        (control,) = [one for one in page.elements if one.attributes.get("name") == field]
        shown = control.text if control.tag == "textarea" else control.attributes["value"]
        assert shown == value


def check_connection(row: Row, later: tuple[Answer, ...]) -> None:
    """Whatever stood in a body is no request; and a connection ends or serves the next one."""
    if row.connection is Connection.CLOSED:
        assert later == ()
    else:
        assert [answer.status for answer in later] == [200]


async def check_stored(row: Row, site: PublicSite, answer: Answer) -> None:
    documents = await claimed(site)
    if row.stored is None:
        assert documents == []
        return
    (document,) = documents
    own = {"form": "table", "tags": ["v1"], "is_spam": False, "client_ip_addr": "127.0.0.1"}
    facts = {name: document.pop(name) for name in FACTS}
    assert {**own, **row.stored} == {**own, **document}
    assert facts["receipt"] in (answer.headers.get("location") or answer.json()["receipt"])


async def claimed(site: PublicSite) -> list[dict[str, object]]:
    """The documents that were stored since they were asked for."""
    batch = await site.spool.claim(INDEX, most_rows=100, most_bytes=1_000_000)
    return [json.loads(row.document) for row in batch.rows]


def check_log(row: Row, log: io.StringIO) -> None:
    """A line a request; what was no request has one a second at most. Nothing is told of input."""
    lines = [line for line in lines_of(log) if line["event"] not in OF_OPERATORS]
    events = [line["event"] for line in lines if line["level"] == "info"]
    assert len(events) == len(lines)
    assert set(events) <= {"request", "unreadable_request"}
    if row.connection is Connection.USABLE:
        assert events == ["request", "request"]
    else:
        assert max(map(events.count, events), default=0) <= 1
    assert CANARY not in log.getvalue().lower().encode()


def refusals(site: PublicSite) -> Mapping[str, float]:
    """How many requests were refused so far, by reason."""
    return {
        sample.labels["reason"]: sample.value
        for metric in site.metrics.refused.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }
