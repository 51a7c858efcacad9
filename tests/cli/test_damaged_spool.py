"""What commands that only look say of a spool file they cannot read, and what to do about it."""

import json
from pathlib import Path

import pytest

from service.spool.slot import Slot
from tests.cli.conftest import Run
from tests.cli.dead_letters import fill

LOOKING = (
    ("spool", "status"),
    ("dead-letters", "list"),
    ("find", "BK4-TM7-PX2"),
    ("audit",),
)
WITH_A_KEY = "a-key-that-will-be-damaged"


def write_over(path: Path, what: bytes, by: bytes) -> None:
    """Change these bytes wherever they stand in a file."""
    content = path.read_bytes()
    assert what in content
    path.write_bytes(content.replace(what, by))


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_a_file_that_is_no_database_is_called_damaged(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    slot = Slot(tmp_path / "data")
    slot.folder.mkdir(parents=True)
    slot.spool.write_bytes(b"no database" * 100)
    result = run(*command)
    assert result.exit_code == 1
    assert f"{slot.spool} is damaged (file is not a database)" in result.stderr
    assert "docs/operations.md" in result.stderr
    assert "this user" not in result.stderr, "it is not about rights"


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_an_empty_file_is_not_taken_for_a_spool(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    slot = Slot(tmp_path / "data")
    slot.folder.mkdir(parents=True)
    slot.spool.touch()
    result = run(*command)
    assert result.exit_code == 1
    assert "it is empty or damaged" in result.stderr


@pytest.mark.parametrize(
    ("command", "what", "by"),
    [
        (("dead-letters", "list"), b"odd[x]", b"od\xff[x]"),
        (("find", "{receipt}"), b"quiz-answers", b"quiz\xff\xffnswers"),
        (("dead-letters", "show", "{receipt}"), b"odd[x]", b"od\xff[x]"),
    ],
    ids=["list", "find", "show"],
)
def test_a_text_that_is_none_is_told_without_a_traceback(
    run: Run, tmp_path: Path, command: tuple[str, ...], what: bytes, by: bytes
) -> None:
    (receipt,) = fill(tmp_path / "data", [WITH_A_KEY])
    spool = Slot(tmp_path / "data").spool
    write_over(spool, what, by)
    result = run(*(part.format(receipt=receipt) for part in command))
    assert result.exit_code == 1
    assert f"{spool} is damaged (a text is no UTF-8)" in result.stderr


def test_beside_a_damaged_slot_the_others_are_looked_at(run: Run, tmp_path: Path) -> None:
    fill(tmp_path / "data", ["a", "b"])
    damaged = Slot(tmp_path / "data", 1)
    damaged.folder.mkdir()
    damaged.spool.write_bytes(b"no database" * 100)
    result = run("spool", "status", "--json")
    assert result.exit_code == 1
    seen = json.loads(result.stdout)
    assert [(slot["slot"], slot["dead"]["rows"]) for slot in seen["slots"]] == [(0, 2)]
    (sentence,) = seen["unreadable"]
    assert sentence.startswith(f"{damaged.spool} is damaged")
