"""A bulk leaves the spool a few rows at a time while others come, and all at once while none do."""

import asyncio
from collections.abc import Sequence

import pytest

from service.spool import outgoing
from service.spool.ports import Ack, Row, State
from service.spool.spool import Spool
from service.submission import Submission
from tests.spool.submissions import submission

INDEX = "quiz-answers"
ROWS = 20
SLICE = 5


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "SLICE_ROWS", SLICE)
    monkeypatch.setattr(outgoing, "BESIDE_SECONDS", 3_600.0)


async def put(spool: Spool, *submissions: Submission) -> None:
    await asyncio.gather(*map(spool.put, submissions))


async def filled(spool: Spool) -> Sequence[Submission]:
    sent = [submission(f"Sega {n:02}", key=f"key-{n}") for n in range(ROWS)]
    await put(spool, *sent)
    return sent


async def claimed(spool: Spool) -> Sequence[Row]:
    batch = await spool.claim(INDEX, most_rows=ROWS, most_bytes=1_000_000)
    return batch.rows


async def pending_seen_while(spool: Spool, work: "asyncio.Task[None]") -> set[int]:
    """How many rows waited at the moments when others had their turn."""
    seen: set[int] = set()
    while not work.done():
        await asyncio.sleep(0)
        seen.add(spool.totals[State.PENDING].rows)
    await work
    return seen


async def test_a_claim_in_slices_is_the_claim_in_one(spool: Spool) -> None:
    sent = await filled(spool)
    batch = await spool.claim(INDEX, most_rows=ROWS - 3, most_bytes=1_000_000)
    assert [row.document for row in batch.rows] == [one.document for one in sent[: ROWS - 3]]
    assert batch.more
    rest = await spool.claim(INDEX, most_rows=ROWS, most_bytes=1_000_000)
    assert [row.document for row in rest.rows] == [one.document for one in sent[ROWS - 3 :]]
    assert not rest.more


async def test_slices_stay_below_the_bytes_of_the_whole_claim(spool: Spool) -> None:
    sent = await filled(spool)
    size = len(sent[0].document)
    for most_bytes, rows in ((SLICE * size, SLICE), (7 * size + 1, 7), (1, 1)):
        batch = await spool.claim(INDEX, most_rows=ROWS, most_bytes=most_bytes)
        assert len(batch.rows) == rows
        assert batch.more


async def test_a_slice_that_is_full_to_the_row_ends_where_nothing_is_left(spool: Spool) -> None:
    await put(spool, *(submission(key=f"key-{n}") for n in range(2 * SLICE)))
    batch = await spool.claim(INDEX, most_rows=ROWS, most_bytes=1_000_000)
    assert len(batch.rows) == 2 * SLICE
    assert not batch.more


async def test_verdicts_beside_submissions_are_written_in_slices(spool: Spool) -> None:
    await filled(spool)
    verdicts = [Ack(seq=row.seq) for row in await claimed(spool)]
    settling = asyncio.create_task(spool.settle(verdicts))
    assert await pending_seen_while(spool, settling) == {20, 15, 10, 5, 0}


async def test_verdicts_are_written_at_once_where_nobody_waits(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(spool)
    monkeypatch.setattr(outgoing, "BESIDE_SECONDS", 0.0)
    verdicts = [Ack(seq=row.seq) for row in await claimed(spool)]
    settling = asyncio.create_task(spool.settle(verdicts))
    assert await pending_seen_while(spool, settling) == {20, 0}


async def test_a_submission_is_taken_between_two_slices(spool: Spool) -> None:
    await filled(spool)
    rows = await claimed(spool)
    settling = asyncio.create_task(spool.settle([Ack(seq=row.seq) for row in rows]))
    await asyncio.sleep(0)
    await spool.put(submission("late", key="late"))
    assert not settling.done()
    await settling
    (late,) = await claimed(spool)
    assert late.document == submission("late", key="late").document


async def test_verdicts_are_written_where_the_caller_is_cancelled_between_slices(
    spool: Spool,
) -> None:
    await filled(spool)
    settling = asyncio.create_task(spool.settle([Ack(seq=row.seq) for row in await claimed(spool)]))
    await asyncio.sleep(0)
    settling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await settling
    assert await spool.oldest_received_at() is None
    assert spool.totals[State.PENDING].rows == 0
