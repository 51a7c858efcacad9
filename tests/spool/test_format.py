"""The spool file: what rows take in it, and what becomes of a file of the format before."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import apsw
import pytest

from service.observability.metrics import Metrics
from service.spool.connection import SpoolConnection
from service.spool.dead_letters import show_dead_letter
from service.spool.footprint import PAGE
from service.spool.limits import Limits
from service.spool.ports import Ack, State
from service.spool.schema import FormatError
from service.spool.spool import Spool, open_spool
from service.submission import new_key
from tests.spool.submissions import RECEIVED_AT, submission

INDEX = "quiz-answers"

FORMAT_1 = """
CREATE TABLE submission (
    seq            INTEGER PRIMARY KEY,
    receipt        BLOB NOT NULL UNIQUE,
    submission_key TEXT NOT NULL,
    form           TEXT NOT NULL,
    index_name     TEXT NOT NULL,
    received_at    INTEGER NOT NULL,
    state          INTEGER NOT NULL,
    next_attempt   INTEGER NOT NULL,
    attempts       INTEGER NOT NULL,
    finished_at    INTEGER,
    size           INTEGER NOT NULL,
    status         INTEGER,
    error_type     TEXT,
    reason         TEXT,
    document       BLOB,
    UNIQUE (submission_key, form)
) STRICT;
CREATE INDEX submission_pending ON submission (index_name, next_attempt, seq) WHERE state = 0;
CREATE INDEX submission_delivered ON submission (finished_at) WHERE state = 1;
CREATE INDEX submission_dead ON submission (finished_at) WHERE state = 2;
CREATE TABLE total (
    state INTEGER PRIMARY KEY,
    rows  INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
PRAGMA user_version = 1;
"""


def write_format_1(path: Path, states: Sequence[State]) -> None:
    """A file of format 1 with one row in each of these states."""
    connection = apsw.Connection(str(path))
    connection.execute(FORMAT_1)
    for seq, state in enumerate(states, start=1):
        sent = submission(key=f"key-{seq}")
        connection.execute(
            "INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, NULL, NULL, ?)",
            (
                seq,
                sent.receipt.bytes,
                sent.key,
                sent.form,
                sent.index,
                sent.received_at,
                int(state),
                None if state is State.PENDING else RECEIVED_AT,
                len(sent.document) + 256,
                400 if state is State.DEAD else None,
                None if state is State.DELIVERED else sent.document,
            ),
        )
    for state in State:
        count = list(states).count(state)
        connection.execute("INSERT INTO total VALUES (?, ?, ?)", (int(state), count, count * 300))
    connection.close()


async def settled(spool: Spool) -> int:
    """Deliver everything that waits; how many there were."""
    batch = await spool.claim(INDEX, most_rows=1_000, most_bytes=100_000_000)
    await spool.settle([Ack(seq=row.seq) for row in batch.rows])
    return len(batch.rows)


async def test_a_file_of_format_1_goes_on_with_everything_in_it(spool_path: Path) -> None:
    write_format_1(spool_path, [State.PENDING, State.DELIVERED, State.DEAD, State.PENDING])
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        assert {state: total.rows for state, total in spool.totals.items()} == {
            State.PENDING: 2,
            State.DELIVERED: 1,
            State.DEAD: 1,
        }
        assert spool.accepted("quiz") == 4
        assert (await spool.put(submission(key="key-2"))).repeated
        connection = apsw.Connection(str(spool_path), flags=apsw.SQLITE_OPEN_READONLY)
        shown = show_dead_letter(connection, submission(key="key-3").receipt)
        connection.close()
        assert shown is not None
        assert shown[1] == submission(key="key-3").document
        batch = await spool.claim(INDEX, most_rows=10, most_bytes=100_000)
        assert [row.document for row in batch.rows] == [
            submission(key=key).document for key in ("key-1", "key-4")
        ]
        await spool.dead_letters.requeue()
        await spool.settle([Ack(seq=row.seq) for row in batch.rows])
        await spool.settle([Ack(seq=3)])
        assert spool.totals[State.PENDING].bytes == spool.totals[State.DEAD].bytes == 0


async def test_a_file_of_format_2_goes_on_and_what_it_remembers_counts(spool_path: Path) -> None:
    """What it delivered and forgot before is in the store, and counts as from elsewhere."""
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        for number in range(3):
            await spool.put(submission(key=f"key-{number}"))
        batch = await spool.claim(INDEX, most_rows=1, most_bytes=100_000)
        await spool.settle([Ack(seq=row.seq) for row in batch.rows])
    connection = apsw.Connection(str(spool_path))
    connection.execute(
        "DROP TABLE form_count; ALTER TABLE submission DROP COLUMN digest; PRAGMA user_version = 2"
    )
    connection.close()
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        assert spool.accepted("quiz") == 3
        await spool.note_documents("quiz", 6)
        assert spool.accepted("quiz") >= 6
        assert await settled(spool) == 2
        await spool.note_documents("quiz", 8)
        assert spool.accepted("quiz") == 8


async def test_a_file_of_format_3_goes_on_and_has_digests_from_now_on(spool_path: Path) -> None:
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        for number in range(3):
            await spool.put(submission(key=f"key-{number}"))
        batch = await spool.claim(INDEX, most_rows=1, most_bytes=100_000)
        await spool.settle([Ack(seq=row.seq) for row in batch.rows])
    connection = apsw.Connection(str(spool_path))
    connection.execute("ALTER TABLE submission DROP COLUMN digest; PRAGMA user_version = 3")
    connection.close()
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        assert spool.totals[State.DELIVERED].rows == 1
        assert await settled(spool) == 2


def test_a_file_of_a_newer_format_is_refused(spool_path: Path) -> None:
    SpoolConnection(spool_path).close()
    connection = apsw.Connection(str(spool_path))
    connection.pragma("user_version", 99)
    connection.close()
    with pytest.raises(FormatError, match="format 99"):
        SpoolConnection(spool_path)


@pytest.mark.parametrize("length", [100, 1_000, 2_000, 4_000, 20_000])
async def test_what_rows_count_for_is_what_they_take(spool_path: Path, length: int) -> None:
    """At any length of the answers, and for those that are remembered too."""
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        for number in range(0, 1_000, 250):
            await asyncio.gather(
                *(
                    spool.put(submission("x" * length, key=new_key(RECEIVED_AT + number + one)))
                    for one in range(250)
                )
            )
        counted = spool.totals[State.PENDING].bytes
    assert counted == pytest.approx(pages(spool_path, "page_count") * PAGE, rel=0.1)

    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        assert await settled(spool) == 1_000
        counted = sum(total.bytes for total in spool.totals.values())
        while pages(spool_path, "freelist_count"):
            await spool.upkeep.shrink()
    assert counted == pytest.approx(pages(spool_path, "page_count") * PAGE, rel=0.3)


def pages(path: Path, which: str) -> int:
    """How many pages the file has, or how many of them are free."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        count = connection.pragma(which)
        assert isinstance(count, int)
        return count
    finally:
        connection.close()
