"""Asks the store about every receipt that a spool still knows, a page at a time.

Memory stays flat, whatever is known: what is found is told page by page, and only counted here.
What waits for delivery is not looked at.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from itertools import groupby

from service.audit.comparison import Condition, Examined, compare
from service.spool.receipts import DeliveredReceipt, Place, ReceiptReader
from service.store import Archive
from service.wall_clock import now_ms

PAGE_ROWS = 200
PAGE_BYTES = 4 * 1024 * 1024
SHOWN_AFTER_SECONDS = 60.0
"""After this long a search shows what was delivered, unless the index refreshes more seldom."""


async def examine(
    reader: ReceiptReader,
    store: Archive,
    *,
    form: str | None = None,
    pause_seconds: float = 0.0,
    shown_after_seconds: float = SHOWN_AFTER_SECONDS,
) -> AsyncIterator[Sequence[Examined]]:
    """All that had been delivered when it began, of one form or of all, a page at a time.

    `pause_seconds` after each page, to be gentle. Raises SpoolUnreadable or StoreError.
    """
    until_ms = now_ms()
    place = Place()
    while True:
        page = await asyncio.to_thread(
            reader.delivered,
            place,
            until_ms=until_ms,
            most_rows=PAGE_ROWS,
            most_bytes=PAGE_BYTES,
        )
        if page is None:
            return
        wanted = [receipt for receipt in page.receipts if form in (None, receipt.form)]
        if wanted:
            yield await _examine_page(wanted, store, shown_after_seconds)
            await asyncio.sleep(pause_seconds)
        place = page.end


async def _examine_page(
    receipts: Sequence[DeliveredReceipt], store: Archive, shown_after_seconds: float
) -> Sequence[Examined]:
    examined: list[Examined] = []
    by_index = sorted(receipts, key=lambda receipt: receipt.index)
    for index, group in groupby(by_index, key=lambda receipt: receipt.index):
        some = list(group)
        shown_ms = now_ms() - int(shown_after_seconds * 1000)
        documents = await store.fetch_many(index, [receipt.receipt for receipt in some])
        examined += compare(some, documents, shown_ms=shown_ms)
    return examined


def count(examined: Sequence[Examined]) -> Counter[Condition]:
    """How many there are in each condition."""
    return Counter(one.condition for one in examined)
