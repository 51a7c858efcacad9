"""A bare bulk loader: it sends ready-made bodies and looks at nothing but `errors`.

Nothing is read from a disk, kept, or sent again. A program: `python -m bench.peers.bulk_loader URL
INDEX DOCUMENTS` prints the seconds that the sending took.
"""

import asyncio
import json
import sys
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

import aiohttp
import uvloop

DOCUMENTS_AT_ONCE = 1_000
IN_FLIGHT = 4


def bodies(index: str, documents: int) -> Sequence[bytes]:
    """Bulk bodies with documents like Formwell's, each under an id of its own."""
    return [
        _body(index, range(first, min(documents, first + DOCUMENTS_AT_ONCE)))
        for first in range(0, documents, DOCUMENTS_AT_ONCE)
    ]


def _body(index: str, numbers: range) -> bytes:
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    written = []
    for number in numbers:
        receipt = str(uuid.UUID(int=number))
        document = {
            "essay_question": f"Sega, says {number}",
            "email_addr": "a@b.org",
            "form": "console-wars",
            "receipt": receipt,
            "iso_timestamp": moment,
            "is_spam": False,
            "tags": [],
        }
        written.append(json.dumps({"create": {"_index": index, "_id": receipt}}))
        written.append(json.dumps(document))
    return ("\n".join(written) + "\n").encode()


async def load(url: str, ready_made: Sequence[bytes]) -> float:
    """Send all of them, a few at a time; how many seconds that took."""
    left = iter(ready_made)
    headers = {"Content-Type": "application/x-ndjson"}
    async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as session:

        async def send() -> None:
            for body in left:
                async with session.post(f"{url}/_bulk", data=body) as answer:
                    if b'"errors":true' in await answer.read():
                        raise RuntimeError("the store refused a document")

        started = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(IN_FLIGHT):
                tasks.create_task(send())
        return time.monotonic() - started


if __name__ == "__main__":
    address, name, count = sys.argv[1:]
    made = bodies(name, int(count))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.stdout.write(f"{runner.run(load(address, made)):.3f}\n")
