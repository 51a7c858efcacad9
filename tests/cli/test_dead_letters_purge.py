"""`formwell dead-letters purge` and `allow`, and requeuing over all slots."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.lifespan import open_slot
from service.observability.metrics import Metrics
from service.spool.dead_letter_jobs import STEP_ROWS
from service.spool.ports import Leave, State
from service.spool.slot import Slot
from tests.cli.conftest import Run
from tests.cli.dead_letters import fill, left, set_aside

KEYS = [f"key-{number}" for number in range(STEP_ROWS + 7)]


def test_purge_asks_with_the_count_and_a_no_changes_nothing(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    fill(data, ["a", "b"])
    result = CliRunner().invoke(main, ["dead-letters", "purge", "--all"], input="n\n")
    assert "Throw 2 dead letters away?" in result.stderr
    assert result.exit_code == 1
    assert left(data, State.DEAD) == 2


def test_purge_takes_the_chosen_ones_only(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (first,) = fill(data, ["a"])
    fill(data, ["b", "c"], slot=1, error_type="immense")
    fill(data, ["d"], form="survey")
    assert run("dead-letters", "purge", first, "--yes").stdout == "1 purged.\n"
    assert run("dead-letters", "purge", "--older-than", "1h", "--yes").stdout == "0 purged.\n"
    reason = run("dead-letters", "purge", "--form", "quiz", "--reason", "immense", "--yes")
    assert reason.stdout == "2 purged.\n"
    assert left(data, State.DEAD) == 1
    assert run("dead-letters", "purge", "--all", "--yes").stdout == "1 purged.\n"
    assert b"SECRET" not in (data / "slot-0" / "spool.db").read_bytes()


@pytest.mark.parametrize(
    "options", [(), ("--all", "--form", "quiz"), ("--older-than", "soon"), ("--older-than", "3")]
)
def test_purge_wants_to_know_which(run: Run, options: tuple[str, ...]) -> None:
    assert run("dead-letters", "purge", "--yes", *options).exit_code == 2


def test_one_that_is_not_there_cannot_be_purged(run: Run, tmp_path: Path) -> None:
    fill(tmp_path / "data", ["a"])
    result = run("dead-letters", "purge", "019aaaac-2600-88db-9bf3-fc5000323787", "--yes")
    assert result.exit_code == 1
    assert "there is no dead letter" in result.stderr


async def test_beside_a_service_and_without_one_all_slots_are_requeued(
    run: Run, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    await asyncio.to_thread(fill, data, KEYS, slot=1)
    async with open_slot(Slot(data), Metrics()) as spool:
        await set_aside(spool, KEYS)
        result: Result = await asyncio.to_thread(run, "dead-letters", "requeue", "--all")
        assert result.stdout == f"{2 * len(KEYS)} requeued.\n"
        assert spool.totals[State.PENDING].rows == len(KEYS)
    assert await asyncio.to_thread(left, data, State.PENDING, slot=1) == len(KEYS)


async def test_beside_a_service_it_purges_for_us(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with open_slot(Slot(data), Metrics()) as spool:
        await set_aside(spool, KEYS)
        await set_aside(spool, ["other"], error_type="immense")
        result: Result = await asyncio.to_thread(
            run, "dead-letters", "purge", "--reason", "odd", "--yes"
        )
        assert result.stdout == f"{len(KEYS)} purged.\n"
        assert spool.totals[State.DEAD].rows == 1


async def test_a_running_service_is_told_to_set_aside_what_it_holds(
    run: Run, tmp_path: Path
) -> None:
    async with open_slot(Slot(tmp_path / "data"), Metrics()) as spool:
        result: Result = await asyncio.to_thread(run, "dead-letters", "allow", "big_survey")
        assert result.exit_code == 0
        assert spool.may_set_aside("big_survey") is Leave.EVERYTHING
        assert spool.may_set_aside("others") is Leave.USUAL
    result = await asyncio.to_thread(run, "dead-letters", "allow", "big_survey")
    assert result.exit_code == 1
    assert "no service is running" in result.stderr


def test_an_index_that_no_form_has_is_not_allowed_anything(run: Run) -> None:
    result = run("dead-letters", "allow", "bigsurvey")
    assert result.exit_code == 1
    assert "no form has the index 'bigsurvey'; there is big_survey, " in result.stderr
