"""A spool file that is not what it was: refused, or told of, and never made anew in silence."""

import asyncio
from pathlib import Path

import pytest
import structlog

from service.observability.metrics import Metrics
from service.spool.connection import SpoolConnection, warn_of_old_sqlite
from service.spool.limits import Limits
from service.spool.ports import State
from service.spool.slot import SlotError
from service.spool.spool import open_spool
from tests.spool.submissions import submission

Logs = list[structlog.typing.EventDict]


async def fill(path: Path, rows: int, *, first: int = 0) -> None:
    """A spool that was stopped, with rows that wait."""
    async with open_spool(path, Metrics(), Limits()) as spool:
        for number in range(first, first + rows):
            await spool.put(submission(key=f"key-{number}"))


@pytest.mark.parametrize(
    ("start", "end"), [(0, 16), (0, 100), (100, 4_096)], ids=["name", "header", "schema"]
)
async def test_a_file_with_a_damaged_beginning_is_refused_and_kept_as_it_is(
    spool_path: Path, start: int, end: int
) -> None:
    """F12: and the reason says where to read how to get back what is in it."""
    await fill(spool_path, 20)
    content = bytearray(await asyncio.to_thread(spool_path.read_bytes))
    content[start:end] = b"\xa5" * (end - start)
    await asyncio.to_thread(spool_path.write_bytes, content)
    for _ in range(2):
        with pytest.raises(SlotError, match=r"spool\.db is damaged .*keep the file.*operations"):
            async with open_spool(spool_path, Metrics(), Limits()):
                pytest.fail("it started")
        assert await asyncio.to_thread(spool_path.read_bytes) == content


async def test_a_log_that_was_removed_while_stopped_is_noticed(
    spool_path: Path, tmp_path: Path, logs: Logs
) -> None:
    """F13: the number beside the file is behind it at most, so there is no false alarm."""
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        for number in range(20):
            await spool.put(submission(key=f"key-{number}"))
        left = tmp_path / "left"
        await asyncio.to_thread(copy_without_log, spool_path, left)
    async with open_spool(left / "spool.db", Metrics(), Limits()) as spool:
        kept = spool.totals[State.PENDING].rows
        assert kept < 20
        await spool.put(submission(key="the next"))
    told = [line for line in logs if line["event"] == "submissions_missing"]
    assert [line["missing"] for line in told] == [20 - kept]


async def test_a_file_that_was_removed_or_replaced_by_an_older_one_is_noticed(
    spool_path: Path, logs: Logs
) -> None:
    """F13: also where the whole file is gone."""
    await fill(spool_path, 3)
    older = await asyncio.to_thread(spool_path.read_bytes)
    await fill(spool_path, 4, first=3)
    await asyncio.to_thread(spool_path.write_bytes, older)
    await fill(spool_path, 0)
    await asyncio.to_thread(spool_path.unlink)
    await fill(spool_path, 0)
    told = [line["missing"] for line in logs if line["event"] == "submissions_missing"]
    assert told == [4, 3]


@pytest.mark.parametrize("content", [b"", b"garbage", bytes(21), b"0" * 20 + b"\n"])
async def test_a_number_that_is_behind_or_unreadable_is_no_alarm(
    spool_path: Path, logs: Logs, content: bytes
) -> None:
    """F13: as a power cut may leave it."""
    await fill(spool_path, 3)
    await asyncio.to_thread(spool_path.with_name("accepted").write_bytes, content)
    await fill(spool_path, 3, first=3)
    assert [line for line in logs if line["event"] == "submissions_missing"] == []
    number = await asyncio.to_thread(spool_path.with_name("accepted").read_bytes)
    assert int(number) == 6


def copy_without_log(spool: Path, folder: Path) -> None:
    """The files as a killed process leaves them, but for the log."""
    folder.mkdir()
    for name in (spool.name, "accepted"):
        (folder / name).write_bytes(spool.with_name(name).read_bytes())


def test_durability_is_read_back(spool_path: Path) -> None:
    connection = SpoolConnection(spool_path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


@pytest.mark.parametrize(("version", "warned"), [("3.40.1", 1), ("3.51.2", 1), ("3.51.3", 0)])
def test_an_sqlite_with_the_reset_bug_is_warned_of_by_name(
    version: str, warned: int, logs: Logs
) -> None:
    warn_of_old_sqlite(version)
    told = [line for line in logs if "WAL-reset bug" in str(line.get("message"))]
    assert len(told) == warned
