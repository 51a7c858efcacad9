"""What the disk does not give back as it was written: set aside where it is one row, refused where
it is the file."""

import asyncio
from pathlib import Path

import apsw

from service.observability.metrics import Metrics
from service.spool.dead_letters import list_dead_letters
from service.spool.footprint import PAGE
from service.spool.limits import Limits
from service.spool.ports import Ack, State
from service.spool.spool import Spool, open_spool
from tests.spool.bad_sector import bad_sector
from tests.spool.submissions import submission

INDEX = "quiz-answers"
ROWS = 40
LONG = "x" * 600


async def fill(path: Path) -> None:
    """A spool that was stopped, with rows that wait."""
    async with open_spool(path, Metrics(), Limits()) as spool:
        for number in range(ROWS):
            await spool.put(submission(f"answer {number}. {LONG}", key=f"key-{number}"))


async def deliver_all(spool: Spool) -> int:
    """Deliver whatever can be claimed; how many rows."""
    delivered = 0
    while True:
        batch = await spool.claim(INDEX, most_rows=7, most_bytes=1_000_000)
        await spool.settle([Ack(seq=row.seq) for row in batch.rows])
        delivered += len(batch.rows)
        if not batch.more:
            return delivered


def dead_letters(path: Path) -> list[str | None]:
    """The error types of those there are."""
    connection = apsw.Connection(str(path))
    try:
        return [record.error_type for record in list_dead_letters(connection)]
    finally:
        connection.close()


async def test_a_row_that_changed_on_the_disk_is_set_aside_and_its_neighbours_are_delivered(
    spool_path: Path,
) -> None:
    """F11: one letter of one answer, which SQLite itself would not notice."""
    await fill(spool_path)
    content = await asyncio.to_thread(spool_path.read_bytes)
    assert content.count(b"answer 17.") == 1
    await asyncio.to_thread(spool_path.write_bytes, content.replace(b"answer 17.", b"answer 71."))
    for attempt in range(2):
        metrics = Metrics()
        async with open_spool(spool_path, metrics, Limits()) as spool:
            assert await deliver_all(spool) == (0 if attempt else ROWS - 1)
            counted = metrics.registry.get_sample_value("formwell_spool_damaged_total")
            assert counted == (0 if attempt else 1)
            assert spool.totals[State.DELIVERED].rows == ROWS - 1
            assert spool.totals[State.DEAD].rows == 1
        assert dead_letters(spool_path) == ["damaged"]


async def test_a_receipt_that_changed_on_the_disk_is_not_delivered_under_another_id(
    spool_path: Path,
) -> None:
    """F11: one bit of it, in the row and not in its document."""
    await fill(spool_path)
    receipt = submission(f"answer 17. {LONG}", key="key-17").receipt.bytes
    content = await asyncio.to_thread(spool_path.read_bytes)
    assert content.count(receipt) == 2, "in the row, and in the index of receipts"
    flipped = receipt[:-1] + bytes([receipt[-1] ^ 1])
    await asyncio.to_thread(spool_path.write_bytes, content.replace(receipt, flipped))
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        assert await deliver_all(spool) == ROWS - 1
        assert spool.totals[State.DEAD].rows == 1
    assert dead_letters(spool_path) == ["damaged"]


async def test_a_damaged_row_that_is_sent_again_is_set_aside_again(spool_path: Path) -> None:
    """F11: and nothing turns in a circle."""
    await fill(spool_path)
    content = await asyncio.to_thread(spool_path.read_bytes)
    await asyncio.to_thread(spool_path.write_bytes, content.replace(b"answer 17.", b"answer 71."))
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        assert await deliver_all(spool) == ROWS - 1
        assert (await spool.dead_letters.requeue()).changed == 1
        assert await deliver_all(spool) == 0
        assert spool.totals[State.DEAD].rows == 1


async def test_a_page_that_went_bad_takes_with_it_only_the_documents_on_it(
    spool_path: Path,
) -> None:
    """F11: the page is no page any more."""
    await fill(spool_path)
    content = bytearray(await asyncio.to_thread(spool_path.read_bytes))
    page = content.index(b"answer 17.") // PAGE
    on_it = bytes(content[page * PAGE : (page + 1) * PAGE]).count(b"answer ")
    content[page * PAGE : (page + 1) * PAGE] = b"\xa5" * PAGE
    await asyncio.to_thread(spool_path.write_bytes, content)
    for attempt in range(2):
        async with open_spool(spool_path, Metrics(), Limits()) as spool:
            assert await deliver_all(spool) == (1 if attempt else ROWS - on_it)
            assert spool.totals[State.DELIVERED].rows == ROWS - on_it + attempt
            assert spool.totals[State.DEAD].rows == on_it
            await spool.upkeep.shrink()
            await spool.put(submission(key="new"))
            assert not spool.broken.done()


async def test_a_sector_that_cannot_be_read_takes_with_it_only_the_documents_on_it(
    spool_path: Path,
) -> None:
    """F11: the disk says so itself, and would say it again after every start."""
    await fill(spool_path)
    content = await asyncio.to_thread(spool_path.read_bytes)
    page = content.index(b"answer 17.") // PAGE
    on_it = content[page * PAGE : (page + 1) * PAGE].count(b"answer ")
    with bad_sector(b"answer 17."):
        for attempt in range(2):
            async with open_spool(spool_path, Metrics(), Limits()) as spool:
                assert await deliver_all(spool) == (0 if attempt else ROWS - on_it)
                assert spool.totals[State.DEAD].rows == on_it
                assert not spool.broken.done()


async def test_a_sector_that_is_read_at_the_second_try_costs_nothing(spool_path: Path) -> None:
    """F11: an error that passes makes no dead letters."""
    await fill(spool_path)
    with bad_sector(b"answer 17.", most=1):
        async with open_spool(spool_path, Metrics(), Limits()) as spool:
            assert await deliver_all(spool) == ROWS
