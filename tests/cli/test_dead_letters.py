"""`formwell dead-letters`, beside a running service and without one."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import Result

from service.lifespan import open_slot
from service.observability.metrics import Metrics
from service.spool.ports import DeadLetter, State
from service.spool.slot import Slot
from tests.cli.conftest import Run
from tests.spool.submissions import submission


def fill(data: Path) -> list[str]:
    """Two dead letters of two forms in a spool; their receipts."""

    async def put_and_set_aside() -> list[str]:
        receipts = []
        async with open_slot(Slot(data), Metrics()) as spool:
            for form in ("quiz", "survey"):
                await spool.put(submission("SECRET", form=form))
                (row,) = (await spool.claim("quiz-answers", most_rows=1, most_bytes=1_000)).rows
                letter = DeadLetter(
                    seq=row.seq, status=400, error_type="mapper_parsing_exception", reason="[x]"
                )
                await spool.settle([letter])
                receipts.append(str(row.receipt))
        return receipts

    return asyncio.run(put_and_set_aside())


def rows(data: Path, state: State) -> int:
    async def count() -> int:
        async with open_slot(Slot(data), Metrics()) as spool:
            return spool.totals[state].rows

    return asyncio.run(count())


def test_without_a_spool_that_is_said_and_not_that_there_are_none(run: Run, tmp_path: Path) -> None:
    result = run("dead-letters", "list")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert f"There is no spool yet in {tmp_path / 'data'}: there is no such folder" in result.stderr
    assert "no dead letters" not in result.stderr
    for command in ("export", "list"):
        assert "There is no spool yet" in run("dead-letters", command).stderr
    (tmp_path / "data").mkdir()
    assert "no service has run with it" in run("dead-letters", "list").stderr
    assert run("dead-letters", "list", "--json").stdout == ""
    assert run("dead-letters", "requeue", "--all").stdout == "0 requeued.\n"


@pytest.mark.parametrize(
    "command", ["list", "export", "requeue --all", "purge --all", "allow quiz-answers"]
)
def test_a_data_folder_that_keeps_its_slots_secret_is_not_taken_for_an_empty_one(
    run: Run, tmp_path: Path, command: str
) -> None:
    (tmp_path / "data").symlink_to("data")  # nobody can look into it, not even the superuser
    result = run("dead-letters", *command.split())
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "data cannot be looked into (Too many levels of symbolic links)" in result.stderr
    assert "FORMWELL_DATA_DIR" in result.stderr


def test_where_there_is_a_spool_it_is_said_that_none_are_in_it(run: Run, tmp_path: Path) -> None:
    fill(tmp_path / "data")
    result = run("dead-letters", "list", "--form", "another")
    assert (result.exit_code, result.stderr) == (0, "There are no dead letters.\n")


def test_they_are_listed_without_answers(run: Run, tmp_path: Path) -> None:
    first, second = fill(tmp_path / "data")
    result = run("dead-letters", "list")
    assert first in result.stdout
    assert second in result.stdout
    assert "mapper_parsing_exception: [x]" in result.stdout
    assert "SECRET" not in result.stdout
    assert second not in run("dead-letters", "list", "--form", "quiz").stdout


def test_a_receipt_is_never_cut(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = fill(tmp_path / "data")
    monkeypatch.setenv("COLUMNS", "60")
    result = run("dead-letters", "list")
    assert first in result.stdout
    assert second in result.stdout


def test_for_scripts_each_is_a_json_line(run: Run, tmp_path: Path) -> None:
    first, _ = fill(tmp_path / "data")
    lines = run("dead-letters", "list", "--json").stdout.splitlines()
    letter = json.loads(lines[0])
    assert letter.pop("failed_at").endswith("Z")
    assert letter == {
        "receipt": first,
        "form": "quiz",
        "index": "quiz-answers",
        "attempts": 1,
        "status": 400,
        "error_type": "mapper_parsing_exception",
        "reason": "[x]",
    }


def test_one_is_shown_with_its_answers(run: Run, tmp_path: Path) -> None:
    first, _ = fill(tmp_path / "data")
    assert json.loads(run("dead-letters", "show", first).stdout)["document"]["essay"] == "SECRET"


def test_one_that_is_not_there_is_a_clear_error(run: Run, tmp_path: Path) -> None:
    fill(tmp_path / "data")
    unknown = "019aaaac-2600-88db-9bf3-fc5000323787"
    for command in ("show", "requeue"):
        result = run("dead-letters", command, unknown)
        assert result.exit_code == 1
        assert f"there is no dead letter {unknown}" in result.stderr
    assert run("dead-letters", "show", "x").exit_code == 2


def test_without_a_service_they_are_requeued_directly(run: Run, tmp_path: Path) -> None:
    first, _ = fill(tmp_path / "data")
    assert run("dead-letters", "requeue", first).stdout == "1 requeued.\n"
    assert run("dead-letters", "requeue", "--form", "survey").stdout == "1 requeued.\n"
    assert rows(tmp_path / "data", State.PENDING) == 2
    assert run("dead-letters", "requeue", "--all").stdout == "0 requeued.\n"


def test_requeue_wants_to_know_which(run: Run) -> None:
    assert run("dead-letters", "requeue").exit_code == 2
    assert run("dead-letters", "requeue", "--all", "--form", "quiz").exit_code == 2


async def test_beside_a_service_it_requeues_for_us(run: Run, tmp_path: Path) -> None:
    receipts = await asyncio.to_thread(fill, tmp_path / "data")
    async with open_slot(Slot(tmp_path / "data"), Metrics()) as spool:
        listed: Result = await asyncio.to_thread(run, "dead-letters", "list", "--json")
        assert [json.loads(line)["receipt"] for line in listed.stdout.splitlines()] == receipts
        result: Result = await asyncio.to_thread(run, "dead-letters", "requeue", "--all")
        assert result.stdout == "2 requeued.\n"
        assert spool.totals[State.PENDING].rows == 2
        again: Result = await asyncio.to_thread(run, "dead-letters", "requeue", receipts[0])
        assert again.exit_code == 1


async def test_a_service_whose_spool_cannot_be_written_says_so(run: Run, tmp_path: Path) -> None:
    await asyncio.to_thread(fill, tmp_path / "data")
    async with open_slot(Slot(tmp_path / "data"), Metrics()) as spool:
        await spool.close()
        result: Result = await asyncio.to_thread(run, "dead-letters", "requeue", "--all")
    assert result.exit_code == 1
    assert "the spool is closed" in result.stderr


def test_in_a_narrow_terminal_nothing_is_cut(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "data")
    monkeypatch.setenv("COLUMNS", "100")
    listed = run("dead-letters", "list").stdout
    assert " UTC " in listed
    assert "…" not in listed
