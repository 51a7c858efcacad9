"""Going through dead letters in steps, and how much room they may take."""

import asyncio
import time
from pathlib import Path

from service.observability.metrics import Metrics
from service.spool.dead_letter_jobs import STEP_ROWS
from service.spool.limits import Limits
from service.spool.ports import DeadLetter, Leave, State
from service.spool.selection import BEFORE_ALL, Position, Selection
from service.spool.spool import Spool, open_spool
from tests.spool.submissions import submission

INDEX = "quiz-answers"


async def put(spool: Spool, count: int, *, form: str = "quiz") -> None:
    await asyncio.gather(
        *(spool.put(submission(key=f"{form}-{number}", form=form)) for number in range(count))
    )


async def set_aside(spool: Spool) -> int:
    rows = (await spool.claim(INDEX, most_rows=10_000, most_bytes=10_000_000)).rows
    await spool.settle(
        [DeadLetter(seq=row.seq, status=400, error_type="odd", reason=None) for row in rows]
    )
    return len(rows)


async def test_a_step_changes_no_more_than_so_many_rows_and_the_last_says_so(spool: Spool) -> None:
    await put(spool, 2 * STEP_ROWS + 3)
    await set_aside(spool)
    after: Position | None = BEFORE_ALL
    changed = []
    while after is not None:
        step = await spool.dead_letters.purge(Selection(), after)
        changed.append(step.changed)
        after = step.after
    assert changed == [STEP_ROWS, STEP_ROWS, 3]
    assert spool.totals[State.DEAD].bytes == spool.totals[State.DEAD].rows == 0


async def test_a_step_that_finds_few_of_a_form_ends_all_the_same(spool: Spool) -> None:
    await put(spool, STEP_ROWS)
    await put(spool, 1, form="survey")
    await set_aside(spool)
    step = await spool.dead_letters.requeue(Selection(form="survey"))
    assert step.changed == 0
    assert step.after is not None
    assert (await spool.dead_letters.requeue(Selection(form="survey"), step.after)).changed == 1


async def test_what_fails_again_meanwhile_is_not_taken_a_second_time(spool: Spool) -> None:
    await put(spool, STEP_ROWS + 1)
    await set_aside(spool)
    now = Selection(failed_before=time.time_ns() // 1_000_000 + 1)
    step = await spool.dead_letters.requeue(now)
    assert step.after is not None
    again = 0
    while again < STEP_ROWS:
        again += await set_aside(spool)
    step = await spool.dead_letters.requeue(now, step.after)
    assert (step.changed, step.after) == (1, None)


async def test_beyond_their_bytes_nothing_more_may_be_set_aside(spool_path: Path) -> None:
    async with open_spool(spool_path, Metrics(), Limits(dead_bytes=1)) as spool:
        await put(spool, 1)
        assert spool.may_set_aside(INDEX) is Leave.USUAL
        spool.dead_letters.allow(INDEX)
        assert spool.may_set_aside(INDEX) is Leave.EVERYTHING
        await set_aside(spool)
        assert spool.may_set_aside(INDEX) is Leave.NOTHING
        await spool.dead_letters.purge(Selection())
        assert spool.may_set_aside(INDEX) is Leave.EVERYTHING
