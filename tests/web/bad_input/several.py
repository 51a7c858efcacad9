"""Several requests on one connection, and what is left of them."""

from uuid import UUID

from tests.web.answered import Answer, answers_in
from tests.web.bad_input.form_files import INDEX
from tests.web.public_site import PublicSite
from tests.web.raw import ask

CLOSE = b"Connection: close\r\n"


async def answers(site: PublicSite, *requests: bytes) -> tuple[Answer, ...]:
    """All that is answered to requests that are sent at once, of which one ends the connection."""
    return answers_in(await ask(site.url, b"".join(requests)))


def with_close(request: bytes) -> bytes:
    """The same request as the last of its connection."""
    return request.replace(b"\r\n", b"\r\n" + CLOSE, 1)


def receipt_of(answer: Answer) -> UUID:
    """Where a person is sent to."""
    return UUID(answer.headers["location"].partition("?")[0].rpartition("/")[2])


async def receipts(site: PublicSite) -> list[UUID]:
    """What was stored since they were asked for."""
    batch = await site.spool.claim(INDEX, most_rows=1_000, most_bytes=1_000_000)
    return [row.receipt for row in batch.rows]
