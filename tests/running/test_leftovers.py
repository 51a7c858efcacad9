"""What is still in spools at the end is counted, and told without a word of anybody's answers."""

import asyncio
import time
from pathlib import Path

import structlog.testing

from service.lifespan import open_slot
from service.observability.metrics import Metrics
from service.running.leftovers import Leftovers
from service.spool.limits import Limits
from service.spool.ports import Ack, DeadLetter
from service.spool.slot import Slot
from service.spool.spool import open_spool
from tests.spool.submissions import RECEIVED_AT, submission

INDEX = "quiz-answers"


async def test_what_waits_and_what_was_set_aside_is_counted_over_all_spools(
    tmp_path: Path,
) -> None:
    leftovers = Leftovers()
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        async with open_spool(tmp_path / folder / "spool.db", Metrics(), Limits()) as spool:
            for number in range(4):
                await spool.put(submission(key=f"key-{number}"))
            batch = await spool.claim(INDEX, most_rows=2, most_bytes=100_000)
            done, refused = batch.rows
            dead = DeadLetter(seq=refused.seq, status=400, error_type="x", reason="y")
            await spool.settle([Ack(seq=done.seq), dead])
            await leftovers.note(spool)
    assert leftovers
    assert (leftovers.pending, leftovers.dead) == (4, 2)
    assert leftovers.oldest_received_at == RECEIVED_AT


async def test_delivered_rows_are_nothing_that_is_left(tmp_path: Path) -> None:
    leftovers = Leftovers()
    async with open_spool(tmp_path / "spool.db", Metrics(), Limits()) as spool:
        await spool.put(submission())
        (row,) = (await spool.claim(INDEX, most_rows=2, most_bytes=100_000)).rows
        await spool.settle([Ack(seq=row.seq)])
        await leftovers.note(spool)
    assert not leftovers


async def test_a_spool_that_can_no_longer_be_asked_is_counted_all_the_same(tmp_path: Path) -> None:
    leftovers = Leftovers()
    async with open_spool(tmp_path / "spool.db", Metrics(), Limits()) as spool:
        await spool.put(submission())
    await leftovers.note(spool)
    assert leftovers.pending == 1
    assert leftovers.oldest_received_at is None


def test_it_is_told_once_at_critical_with_count_and_age() -> None:
    """F33: the line a person is woken by."""
    hour_ago = int((time.time() - 3_600) * 1000)
    with structlog.testing.capture_logs() as lines:
        Leftovers(pending=3, dead=1, oldest_received_at=hour_ago).tell()
    (line,) = lines
    assert (line["event"], line["log_level"]) == ("answers_left_behind", "critical")
    assert (line["pending"], line["dead_letters"]) == (3, 1)
    assert line["oldest_pending_seconds"] >= 3_600


async def test_what_is_in_slots_that_nobody_holds_is_left_behind_too(tmp_path: Path) -> None:
    """F33: another process ended a moment before this one, and nobody adopted its slot yet."""
    for number in range(4):
        async with open_slot(Slot(tmp_path, number), Metrics()) as spool:
            await spool.put(submission())
    (tmp_path / "slot-4").mkdir()
    await asyncio.to_thread((tmp_path / "slot-4" / "spool.db").write_bytes, b"no database" * 1_000)
    leftovers = Leftovers()
    async with open_slot(Slot(tmp_path, 3), Metrics()):  # by another process, as it were
        await asyncio.to_thread(leftovers.note_free, tmp_path, own=0)
    assert (leftovers.pending, leftovers.dead) == (2, 0)
    assert leftovers.oldest_received_at == RECEIVED_AT


def test_of_a_folder_that_cannot_be_looked_into_nothing_is_said(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.symlink_to(secret)
    leftovers = Leftovers()
    leftovers.note_free(secret, own=0)
    assert not leftovers
