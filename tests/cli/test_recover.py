"""The commands of docs/operations.md for a damaged spool file, as they stand there."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import service
from service.observability.metrics import Metrics
from service.spool.limits import Limits
from service.spool.ports import State
from service.spool.slot import Slot
from service.spool.spool import open_spool
from tests.cli.conftest import Run
from tests.spool.submissions import submission

OPERATIONS = Path(service.__file__).parent.parent / "docs" / "operations.md"
SECTION = re.compile(r"## When a spool file is damaged\n.*?```sh\n(?P<commands>.*?)```", re.DOTALL)
ROWS = 50


def documented_commands() -> str:
    """The block of commands in the section."""
    found = SECTION.search(OPERATIONS.read_text())
    assert found is not None
    return found["commands"]


def run(commands: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Have a shell run them, stopping at the first that fails."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return subprocess.run(
        ["sh", "-eu"],
        input=commands,
        env={**os.environ, "PATH": path, "FORMWELL_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def fill(path: Path) -> None:
    async with open_spool(path, Metrics(), Limits()) as spool:
        for number in range(ROWS):
            await spool.put(submission(f"answer {number}", key=f"key-{number}"))


async def waiting(path: Path) -> int:
    async with open_spool(path, Metrics(), Limits()) as spool:
        return spool.totals[State.PENDING].rows


def test_the_documented_commands_bring_back_what_a_damaged_file_holds(tmp_path: Path) -> None:
    """F12: on a file whose header is gone."""
    slot = Slot(tmp_path)
    slot.folder.mkdir()
    asyncio.run(fill(slot.spool))
    slot.spool.write_bytes(b"\xa5" * 100 + slot.spool.read_bytes()[100:])
    ended = run(documented_commands(), tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith(f"{ROWS} waiting and 0 dead letters are in ")
    assert ended.stdout.count("\n") == 1
    assert asyncio.run(waiting(slot.spool)) == ROWS


def test_answers_without_their_rows_are_put_beside_the_new_file(tmp_path: Path) -> None:
    """F12: nobody knows where they belong, and nobody throws them away."""
    slot = Slot(tmp_path)
    slot.folder.mkdir()
    asyncio.run(fill(slot.spool))
    content = slot.spool.read_bytes()
    page = content.index(b"key-1") // 4096  # of the table of rows, or of its index by key
    slot.spool.write_bytes(content[: page * 4096] + b"\xa5" * 4096 + content[(page + 1) * 4096 :])
    ended = run(documented_commands(), tmp_path)
    assert ended.returncode == 0, ended.stderr
    beside = slot.folder / "spool.db.unplaced.jsonl"
    unplaced = beside.read_text().splitlines() if beside.exists() else []
    assert asyncio.run(waiting(slot.spool)) + len(unplaced) == ROWS


def test_a_file_that_gives_nothing_is_told_with_exit_code_1(tmp_path: Path) -> None:
    """F12: and nothing is made of it."""
    (tmp_path / "slot-0").mkdir()
    (tmp_path / "slot-0" / "spool.db").write_bytes(b"no database" * 1_000)
    ended = run(documented_commands(), tmp_path)
    assert ended.returncode == 1
    assert "cannot be read, not even with a new beginning" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "slot-0" / "spool.db").exists()
    assert (tmp_path / "damaged-0" / "spool.db").read_bytes() == b"no database" * 1_000


def test_an_empty_file_is_told_to_be_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "spool.db").touch()
    result = run("recover", str(tmp_path / "spool.db"), str(tmp_path / "new" / "spool.db"))
    assert result.exit_code == 1
    assert "is empty: nothing can be got back from it" in result.stderr
    assert not (tmp_path / "new").exists()


def test_a_place_that_cannot_be_written_is_told_without_a_traceback(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "spool.db").write_bytes(b"something")
    (tmp_path / "file").touch()
    result = run("recover", str(tmp_path / "spool.db"), str(tmp_path / "file" / "spool.db"))
    assert result.exit_code == 1
    assert "could not be copied to" in result.stderr
