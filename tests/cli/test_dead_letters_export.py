"""`formwell dead-letters export`: whole, or not at all."""

import json
from pathlib import Path

from service.spool.ports import State
from tests.cli.conftest import Run
from tests.cli.dead_letters import fill, left


def test_all_slots_are_exported_with_their_answers_and_nothing_is_changed(
    run: Run, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    receipts = fill(data, ["a", "b"]) + fill(data, ["c"], slot=2)
    result = run("dead-letters", "export")
    letters = [json.loads(line) for line in result.stdout.splitlines()]
    assert [letter["receipt"] for letter in letters] == receipts
    assert [letter["document"]["essay"] for letter in letters] == [
        "SECRET a",
        "SECRET b",
        "SECRET c",
    ]
    assert result.stderr == "3 dead letters exported.\n"
    assert left(data, State.DEAD) == 2


def test_only_those_of_a_form_or_a_reason_are_exported(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    fill(data, ["a"], form="survey")
    fill(data, ["b"], error_type="mapper_parsing_exception")
    of_form = run("dead-letters", "export", "--form", "survey").stdout
    of_reason = run("dead-letters", "export", "--reason", "mapper_parsing_exception").stdout
    assert [json.loads(line)["form"] for line in of_form.splitlines()] == ["survey"]
    assert [json.loads(line)["form"] for line in of_reason.splitlines()] == ["quiz"]
    nothing = run("dead-letters", "export", "--form", "nobody")
    assert (nothing.stdout, nothing.stderr) == ("", "0 dead letters exported.\n")


def test_a_file_is_private_and_takes_its_name_when_it_is_whole(run: Run, tmp_path: Path) -> None:
    fill(tmp_path / "data", [f"key-{number}" for number in range(450)])
    output = tmp_path / "out" / "letters.jsonl"
    refused = run("dead-letters", "export", "--output", str(output))
    assert refused.exit_code == 1
    assert "cannot be written" in refused.stderr
    output.parent.mkdir()
    result = run("dead-letters", "export", "--output", str(output))
    assert result.stderr == "450 dead letters exported.\n"
    assert output.stat().st_mode & 0o777 == 0o600
    assert len({json.loads(line)["receipt"] for line in output.read_text().splitlines()}) == 450
    assert list(output.parent.iterdir()) == [output]


def test_answers_that_the_disk_spoilt_are_given_out_as_what_is_left(
    run: Run, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    (receipt,) = fill(data, ["a"])
    path = data / "slot-0" / "spool.db"
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"SECRET a"', b'"SECRET a}'))
    letter = json.loads(run("dead-letters", "export").stdout)
    assert letter["document"] is None
    assert letter["damaged_document_base64"]
    assert json.loads(run("dead-letters", "show", receipt).stdout) == letter
