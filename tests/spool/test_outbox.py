"""What claims and verdicts promise: every pending row comes up, none twice, none is forgotten."""

import asyncio
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.observability.metrics import Metrics
from service.spool.clock import SteadyClock
from service.spool.dead_letters import list_dead_letters, read_totals, show_dead_letter
from service.spool.limits import Limits
from service.spool.ports import Ack, Batch, DeadLetter, Retry, State
from service.spool.selection import Selection
from service.spool.spool import Spool, open_spool
from tests.spool.submissions import submission

INDEX = "quiz-answers"


async def claim(spool: Spool, most_rows: int = 1_000, most_bytes: int = 1_000_000) -> Batch:
    return await spool.claim(INDEX, most_rows=most_rows, most_bytes=most_bytes)


async def put(spool: Spool, *keys: str, index: str = INDEX) -> None:
    for key in keys:
        await spool.put(submission(key=key, index=index))


def dead(seq: int) -> DeadLetter:
    return DeadLetter(seq=seq, status=400, error_type="mapper_parsing_exception", reason="no")


async def test_arrivals_name_the_index_once(spool: Spool) -> None:
    await put(spool, "a", "b")
    assert await spool.arrivals() == {INDEX}
    waiting = asyncio.create_task(spool.arrivals())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    await put(spool, "c", index="other")
    assert await waiting == {"other"}


async def test_rows_come_oldest_first_and_only_once(spool: Spool) -> None:
    await put(spool, "a", "b", "c")
    first = await claim(spool, most_rows=2)
    second = await claim(spool, most_rows=2)
    assert [row.seq for row in first.rows] == [1, 2]
    assert first.more
    assert [row.seq for row in second.rows] == [3]
    assert not second.more
    assert (await claim(spool)).rows == []


async def test_a_batch_stays_below_its_bytes_but_is_never_empty(spool: Spool) -> None:
    await put(spool, "a", "b", "c")
    size = len(submission().document)
    assert len((await claim(spool, most_bytes=2 * size + 1)).rows) == 2
    assert len((await claim(spool, most_bytes=1)).rows) == 1


async def test_a_delivered_row_drops_its_answers_and_keeps_its_receipt(
    spool: Spool, spool_path: Path
) -> None:
    await put(spool, "a")
    (row,) = (await claim(spool)).rows
    await spool.settle([Ack(seq=row.seq)])
    entry = await spool.find(row.receipt)
    assert entry is not None
    assert entry.state is State.DELIVERED
    assert spool.totals[State.PENDING].bytes == 0
    connection = apsw.Connection(str(spool_path), flags=apsw.SQLITE_OPEN_READONLY)
    assert connection.execute("SELECT body FROM document").fetchall() == []
    connection.close()
    assert (await spool.put(submission(key="a"))).repeated


async def test_a_row_given_back_comes_again_when_it_is_due(spool: Spool) -> None:
    await put(spool, "a", "b")
    rows = (await claim(spool)).rows
    await spool.settle(
        [Retry(seq=rows[0].seq, delay_seconds=0), Retry(seq=rows[1].seq, delay_seconds=60)]
    )
    await asyncio.sleep(0.005)  # what is given back for now is due a millisecond later at most
    again = await claim(spool)
    assert [row.seq for row in again.rows] == [rows[0].seq]
    assert again.due_in_seconds == pytest.approx(60, abs=5)
    assert (await claim(spool)).rows == []


async def test_only_a_refusal_of_the_very_row_counts_as_an_attempt(spool: Spool) -> None:
    await put(spool, "a", "b")
    rows = (await claim(spool)).rows
    for refused in (True, False, True):
        await spool.settle(
            [
                Retry(seq=rows[0].seq, delay_seconds=0, refused=refused),
                Retry(seq=rows[1].seq, delay_seconds=0),
            ]
        )
        await asyncio.sleep(0.005)  # what is given back for now is due a millisecond later at most
        again = await claim(spool)
    assert [(row.seq, row.attempts) for row in again.rows] == [(rows[0].seq, 2), (rows[1].seq, 0)]


async def test_a_row_that_waits_does_not_hold_up_new_ones(spool: Spool) -> None:
    await put(spool, "a")
    (row,) = (await claim(spool)).rows
    await spool.settle([Retry(seq=row.seq, delay_seconds=60)])
    await put(spool, "b")
    assert len((await claim(spool)).rows) == 1


async def test_dead_letters_are_listed_shown_and_requeued(spool: Spool, spool_path: Path) -> None:
    await put(spool, "a", "b")
    rows = (await claim(spool)).rows
    await spool.settle([dead(rows[0].seq), Ack(seq=rows[1].seq)])
    connection = apsw.Connection(str(spool_path), flags=apsw.SQLITE_OPEN_READONLY)
    (listed,) = list_dead_letters(connection)
    assert (listed.receipt, listed.status, listed.attempts) == (rows[0].receipt, 400, 1)
    assert listed.error_type == "mapper_parsing_exception"
    assert list(list_dead_letters(connection, Selection(form="other"))) == []
    shown = show_dead_letter(connection, rows[0].receipt)
    assert shown is not None
    assert shown[1] == submission(key="a").document
    assert show_dead_letter(connection, rows[1].receipt) is None
    assert read_totals(connection)[State.DEAD].rows == 1

    assert (await spool.dead_letters.requeue(Selection(form="other"))).changed == 0
    assert (await spool.dead_letters.requeue()).changed == 1
    assert INDEX in await spool.arrivals()
    await asyncio.sleep(0.005)
    assert [row.receipt for row in (await claim(spool)).rows] == [rows[0].receipt]
    assert read_totals(connection)[State.DEAD].rows == 0
    connection.close()


async def test_everything_unsettled_comes_again_after_a_restart(spool_path: Path) -> None:
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        await put(spool, "claimed", "given back", "delivered", "dead")
        rows = (await claim(spool)).rows
        await spool.settle(
            [Retry(seq=rows[1].seq, delay_seconds=3600), Ack(seq=rows[2].seq), dead(rows[3].seq)]
        )
    async with open_spool(spool_path, Metrics(), Limits()) as spool:
        assert await spool.arrivals() == {INDEX}
        assert sorted(row.seq for row in (await claim(spool)).rows) == [1, 2]


async def test_a_sequence_number_is_not_used_again_after_a_purge(spool_path: Path) -> None:
    async with open_spool(spool_path, Metrics(), Limits(remember_seconds=-1)) as spool:
        await put(spool, "a")
        (row,) = (await claim(spool)).rows
        await spool.settle([Ack(seq=row.seq)])
        assert await spool.upkeep.purge() == 1
        assert await spool.find(row.receipt) is None
        await put(spool, "b")
        assert len((await claim(spool)).rows) == 1


async def test_delivered_rows_are_remembered_within_their_bytes_oldest_out_first(
    spool_path: Path,
) -> None:
    async with open_spool(spool_path, Metrics(), Limits(remember_bytes=600)) as spool:
        await put(spool, "a", "b", "c")
        rows = (await claim(spool)).rows
        for row in rows:
            await spool.settle([Ack(seq=row.seq)])
        assert await spool.upkeep.purge() == 1
        assert await spool.upkeep.purge() == 0
        assert await spool.find(rows[0].receipt) is None
        assert await spool.find(rows[2].receipt) is not None


async def test_a_file_that_held_much_becomes_small_again(spool: Spool, spool_path: Path) -> None:
    await spool.put(submission("x" * 1_000_000, key="much"))
    (row,) = (await claim(spool)).rows
    await spool.settle([Ack(seq=row.seq)])
    await spool.upkeep.shrink()
    connection = apsw.Connection(str(spool_path), flags=apsw.SQLITE_OPEN_READONLY)
    assert connection.pragma("page_count") * connection.pragma("page_size") < 100_000
    connection.close()


async def test_the_oldest_pending_submission_is_known(spool: Spool) -> None:
    assert await spool.oldest_received_at() is None
    await put(spool, "a")
    assert await spool.oldest_received_at() == 1_790_000_000_000


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 4)),
        st.tuples(st.just("claim"), st.integers(1, 4)),
        st.tuples(st.sampled_from(["ack", "retry", "dead"]), st.integers(1, 3)),
        st.tuples(st.just("requeue"), st.just(0)),
        st.tuples(st.just("restart"), st.just(0)),
    ),
    max_size=30,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=ACTIONS)
async def test_whatever_happens_every_row_is_claimed_until_it_is_settled(
    actions: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A model of the spool as sets of receipts, beside the real one."""
    path = tmp_path_factory.mktemp("model") / "spool.db"
    pending: set[int] = set()
    claimed: list[int] = []
    dead_rows: set[int] = set()
    count = 0
    opened = open_spool(path, Metrics(), Limits())
    spool = await opened.__aenter__()
    for action, number in actions:
        if action == "put":
            for _ in range(number):
                count += 1
                await put(spool, f"key-{count}")
                pending.add(count)
        elif action == "claim":
            await asyncio.sleep(0.002)
            batch = await claim(spool, most_rows=number)
            taken = [row.seq for row in batch.rows]
            waiting = pending - set(claimed)
            assert len(taken) == len(set(taken)) == min(number, len(waiting))
            assert set(taken) <= waiting
            claimed += taken
        elif action == "requeue":
            assert (await spool.dead_letters.requeue()).changed == len(dead_rows)
            pending |= dead_rows
            dead_rows = set()
        elif action == "restart":
            await opened.__aexit__(None, None, None)
            opened = open_spool(path, Metrics(), Limits())
            spool = await opened.__aenter__()
            claimed = []
        else:
            some, claimed = claimed[:number], claimed[number:]
            if action == "ack":
                await spool.settle([Ack(seq=seq) for seq in some])
                pending -= set(some)
            elif action == "retry":
                await spool.settle([Retry(seq=seq, delay_seconds=0) for seq in some])
            else:
                await spool.settle([dead(seq) for seq in some])
                pending -= set(some)
                dead_rows |= set(some)
        assert spool.totals[State.PENDING].rows == len(pending)
        assert spool.totals[State.DEAD].rows == len(dead_rows)
    await opened.__aexit__(None, None, None)


def test_the_steady_clock_starts_at_the_wall_clock() -> None:
    clock = SteadyClock()
    assert clock.now_ms() <= clock.now_ms()
