"""A form's limit: exact in one spool, whatever comes at once or in between."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service.observability.metrics import Metrics
from service.spool.limits import Limits
from service.spool.ports import Accepted, Ack, DeadLetter, FormFull
from service.spool.spool import Spool, open_spool
from tests.spool.submissions import submission

INDEX = "quiz-answers"
FORM = "quiz"
FORGETFUL = Limits(remember_seconds=0, remember_bytes=0)


async def put_many(spool: Spool, first: int, many: int, *, limit: int) -> list[Accepted]:
    """Put as many at once; those that were accepted. Any refusal but FormFull is raised."""
    results = await asyncio.gather(
        *(spool.put(submission(key=f"key-{n}"), limit=limit) for n in range(first, first + many)),
        return_exceptions=True,
    )
    for result in results:
        if not isinstance(result, Accepted | FormFull):
            raise AssertionError(result)
    return [result for result in results if isinstance(result, Accepted)]


async def deliver_all(spool: Spool) -> int:
    batch = await spool.claim(INDEX, most_rows=1_000, most_bytes=10_000_000)
    await spool.settle([Ack(seq=row.seq) for row in batch.rows])
    return len(batch.rows)


async def test_of_200_at_once_exactly_the_limit_get_a_receipt(spool: Spool) -> None:
    accepted = await put_many(spool, 0, 200, limit=50)
    assert len({one.entry.receipt for one in accepted}) == 50
    assert not any(one.repeated for one in accepted)
    assert spool.accepted(FORM) == 50
    assert await deliver_all(spool) == 50


async def test_a_repeat_gets_its_receipt_though_the_form_is_full(spool: Spool) -> None:
    first = await spool.put(submission(), limit=1)
    with pytest.raises(FormFull):
        await spool.put(submission(key="another"), limit=1)
    again = await spool.put(submission(), limit=1)
    assert again.repeated
    assert again.entry == first.entry


async def test_a_limit_counts_its_own_form_only(spool: Spool) -> None:
    await spool.put(submission(form="one"), limit=1)
    await spool.put(submission(form="two"), limit=1)
    with pytest.raises(FormFull):
        await spool.put(submission(key="another", form="one"), limit=1)


async def test_submissions_from_before_there_was_a_limit_count(spool: Spool) -> None:
    for number in range(3):
        await spool.put(submission(key=f"key-{number}"))
    assert await put_many(spool, 10, 5, limit=4)
    assert spool.accepted(FORM) == 4


async def test_a_restart_and_a_purge_change_nothing_of_the_count(spool_path: Path) -> None:
    async with open_spool(spool_path, Metrics(), FORGETFUL) as spool:
        assert len(await put_many(spool, 0, 30, limit=50)) == 30
        assert await deliver_all(spool) == 30
        assert await spool.upkeep.purge() == 30
        assert spool.accepted(FORM) == 30
    async with open_spool(spool_path, Metrics(), FORGETFUL) as spool:
        assert spool.accepted(FORM) == 30
        assert len(await put_many(spool, 100, 100, limit=50)) == 20


async def test_dead_letters_count_and_count_once(spool: Spool) -> None:
    await spool.put(submission(), limit=1)
    batch = await spool.claim(INDEX, most_rows=1, most_bytes=1_000)
    await spool.settle(
        [DeadLetter(seq=batch.rows[0].seq, status=400, error_type="odd", reason="odd")]
    )
    await spool.dead_letters.requeue()
    await spool.note_documents(FORM, 1)  # of a bulk that is not settled here yet
    assert spool.accepted(FORM) == 1
    assert await deliver_all(spool) == 1
    assert spool.accepted(FORM) == 1
    await spool.note_documents(FORM, 1)
    assert spool.accepted(FORM) == 1


async def test_a_spool_learns_of_others_from_the_store(spool: Spool) -> None:
    await spool.note_documents(FORM, 45)
    assert spool.accepted(FORM) == 45
    assert len(await put_many(spool, 0, 20, limit=50)) == 5


async def test_what_others_took_is_still_known_after_a_restart(spool_path: Path) -> None:
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        await spool.note_documents(FORM, 45)
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        assert spool.accepted(FORM) == 45


async def test_two_spools_overshoot_by_what_came_between_two_looks_at_the_store(
    tmp_path: Path,
) -> None:
    limit, documents = 50, 0
    async with (
        open_spool(tmp_path / "one.db", Metrics(), Limits()) as one,
        open_spool(tmp_path / "two.db", Metrics(), Limits()) as two,
    ):
        for first in range(0, 1_000, 10):
            taken = await put_many(one, first, 3, limit=limit)
            taken += await put_many(two, first + 5, 3, limit=limit)
            for spool in (one, two):
                documents += await deliver_all(spool)
            for spool in (one, two):
                await spool.note_documents(FORM, documents)
            if not taken:
                break
        assert limit <= documents <= limit + 3
        assert one.accepted(FORM) == two.accepted(FORM) == documents


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from service.observability.metrics import Metrics
from service.spool.limits import Limits
from service.spool.spool import open_spool
from tests.spool.submissions import submission

async def main():
    async with open_spool(Path(sys.argv[1]), Metrics(), Limits()) as spool:
        puts = [
            asyncio.ensure_future(spool.put(submission(key=f"key-{n}"), limit=50))
            for n in range(40)
        ]
        await asyncio.gather(*puts[:20])
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_a_kill_leaves_a_count_that_agrees_with_the_rows(spool_path: Path) -> None:
    killed = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", KILLED, str(spool_path)], check=False, env=os.environ
    )
    assert killed.returncode == -signal.SIGKILL
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        survived = await deliver_all(spool)
        assert survived >= 20
        assert spool.accepted(FORM) == survived
        assert len(await put_many(spool, 100, 100, limit=50)) == 50 - survived
