"""What `put` promises: on disk before it returns, and one row a submission key."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import apsw
import pytest

from service.observability.metrics import Metrics
from service.spool.connection import SpoolConnection, WrongThreadError
from service.spool.limits import Limits
from service.spool.ports import KeyTaken, SpoolBroken, SpoolFull, State
from service.spool.spool import Spool, open_spool
from tests.spool.submissions import RECEIVED_AT, submission


def stored_documents(path: Path) -> list[bytes]:
    """What another process would find in the file now."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return [document for (document,) in connection.execute("SELECT body FROM document")]
    finally:
        connection.close()


async def test_a_submission_is_in_the_file_when_put_returns(spool: Spool, spool_path: Path) -> None:
    sent = submission()
    accepted = await spool.put(sent)
    assert stored_documents(spool_path) == [sent.document]
    assert not accepted.repeated
    assert accepted.entry.receipt == sent.receipt
    assert accepted.entry.received_at == RECEIVED_AT


async def test_a_repeat_is_answered_with_the_first_receipt_and_adds_no_row(
    spool: Spool, spool_path: Path
) -> None:
    first = await spool.put(submission())
    again = await spool.put(submission())
    assert again.repeated
    assert again.entry == first.entry
    assert len(stored_documents(spool_path)) == 1


async def test_two_of_the_same_at_once_are_one_row(spool: Spool, spool_path: Path) -> None:
    accepted = await asyncio.gather(*(spool.put(submission()) for _ in range(20)))
    assert sorted(one.repeated for one in accepted) == [False] + [True] * 19
    assert len(stored_documents(spool_path)) == 1


async def test_other_answers_under_the_same_key_are_refused(spool: Spool, spool_path: Path) -> None:
    await spool.put(submission("Sega"))
    with pytest.raises(KeyTaken):
        await spool.put(submission("Nintendo"))
    assert len(stored_documents(spool_path)) == 1


async def test_the_same_key_in_another_form_is_another_submission(spool: Spool) -> None:
    await spool.put(submission(form="one"))
    assert not (await spool.put(submission(form="two"))).repeated


async def test_a_refused_key_does_not_spoil_its_neighbours_in_the_commit(spool: Spool) -> None:
    await spool.put(submission("Sega", key="a"))
    results = await asyncio.gather(
        spool.put(submission("Sega", key="b")),
        spool.put(submission("Nintendo", key="a")),
        spool.put(submission("Sega", key="c")),
        return_exceptions=True,
    )
    assert isinstance(results[1], KeyTaken)
    assert spool.totals[State.PENDING].rows == 3


async def test_a_row_is_written_though_its_caller_was_cancelled(
    spool: Spool, spool_path: Path
) -> None:
    caller = asyncio.ensure_future(spool.put(submission()))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert await spool.find(submission().receipt) is not None
    assert len(stored_documents(spool_path)) == 1
    async with asyncio.timeout(5):
        assert await spool.arrivals() == {"quiz-answers"}


async def test_waiting_submissions_share_a_commit(spool_path: Path) -> None:
    metrics = Metrics()
    async with open_spool(spool_path, metrics, Limits()) as spool:
        await asyncio.gather(*(spool.put(submission(key=f"key-{n}")) for n in range(300)))
    commits = metrics.registry.get_sample_value("formwell_commit_rows_count")
    assert metrics.registry.get_sample_value("formwell_commit_rows_sum") == 300
    assert commits is not None
    assert commits < 30


async def test_a_spool_beyond_its_watermark_refuses_and_says_when_to_come_back(
    spool_path: Path,
) -> None:
    async with open_spool(spool_path, Metrics(), Limits(live_bytes=500)) as spool:
        spool.check_room()
        await spool.put(submission(key="a"))
        await spool.put(submission(key="b"))
        with pytest.raises(SpoolFull) as refused:
            spool.check_room()
    assert refused.value.retry_after_seconds > 0


async def test_a_closed_spool_refuses(spool_path: Path) -> None:
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        pass
    with pytest.raises(SpoolBroken):
        await spool.put(submission())


async def test_a_full_disk_refuses_the_group_and_nothing_else(
    spool: Spool, spool_path: Path
) -> None:
    await spool.put(submission(key="before"))
    pages = await spool._writer.submit(
        lambda: spool._file.connection.execute("PRAGMA page_count").get, writes=False
    )

    def limit(most: int) -> None:
        spool._file.connection.execute(f"PRAGMA max_page_count = {most}").fetchall()

    await spool._writer.submit(lambda: limit(pages), writes=False)
    spool._writer.submit(lambda: time.sleep(0.1), writes=False)
    refused = await asyncio.gather(  # in one commit, behind the job that sleeps
        spool.put(submission(key="small")),
        spool.put(submission("x" * 100_000, key="too much")),
        return_exceptions=True,
    )
    assert [type(error) for error in refused] == [SpoolFull, SpoolFull]
    with pytest.raises(SpoolFull):
        spool.check_room()
    await spool._writer.submit(lambda: limit(1_000_000), writes=False)
    await spool.upkeep.look()
    spool.check_room()
    assert not (await spool.put(submission(key="after"))).repeated
    assert spool.totals[State.PENDING].rows == 2
    assert spool.accepted("quiz") == 2


async def test_an_error_of_the_disk_breaks_the_spool_for_good(
    spool: Spool, spool_path: Path
) -> None:
    def fail() -> None:
        raise apsw.IOError("disk I/O error")

    with pytest.raises(SpoolBroken):
        await spool._writer.submit(fail, writes=True)
    with pytest.raises(SpoolBroken):
        await spool._writer.submit(lambda: None, writes=True)
    assert (await spool.broken).args[0].endswith("disk I/O error")
    with pytest.raises(SpoolBroken):
        spool.check_room()


def test_only_its_owner_may_read_the_file(spool_path: Path) -> None:
    SpoolConnection(spool_path).close()
    assert spool_path.stat().st_mode & 0o777 == 0o600


async def test_a_connection_raises_off_its_thread(spool_path: Path) -> None:
    connection = await asyncio.to_thread(SpoolConnection, spool_path)
    with pytest.raises(WrongThreadError):
        connection.execute("SELECT 1")


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from service.observability.metrics import Metrics
from service.spool.limits import Limits
from service.spool.spool import open_spool
from tests.spool.submissions import submission

async def main():
    async with open_spool(Path(sys.argv[1]), Metrics(), Limits()) as spool:
        await asyncio.gather(*(spool.put(submission(key=f"key-{n}")) for n in range(50)))
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_what_was_accepted_can_be_claimed_after_a_kill(spool_path: Path) -> None:
    killed = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", KILLED, str(spool_path)], check=False, env=os.environ
    )
    assert killed.returncode == -signal.SIGKILL
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        assert await spool.arrivals() == {"quiz-answers"}
        batch = await spool.claim("quiz-answers", most_rows=100, most_bytes=1_000_000)
        assert len(batch.rows) == 50
        assert spool.totals[State.PENDING].rows == 50
