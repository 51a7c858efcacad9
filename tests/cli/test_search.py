"""`formwell search` prints what the configured store finds."""

import asyncio
import json
import os
import socket
from pathlib import Path

import pytest

from service.embedded.store import open_embedded
from service.forms.load import load_forms
from service.store import Document
from service.submission import make_submission
from tests.cli.conftest import Run


def store(data: Path, *essays: str) -> None:
    """Put answers of the example form into the embedded store."""
    forms = load_forms(Path(os.environ["FORMWELL_FORMS_DIR"]))

    async def create() -> None:
        made = [
            make_submission(
                form="console-wars",
                index="big_survey",
                key=essay,
                answers={"essay_question": essay, "email_addr": "a@example.org"},
                tags=(),
                client_address=None,
                received_at=1_790_000_000_000,
            )
            for essay in essays
        ]
        async with open_embedded(data, forms.values()) as embedded:
            documents = [Document(receipt=one.receipt, body=one.document) for one in made]
            await embedded.create("big_survey", documents)

    data.mkdir(exist_ok=True)
    asyncio.run(create())


def test_hits_show_score_receipt_time_and_answers_best_first(run: Run, tmp_path: Path) -> None:
    store(tmp_path / "data", "sega sega sega", "nintendo and a long talk about sega", "neither")
    result = run("search", "console-wars", "SEGA")
    assert result.exit_code == 0
    first, second = [line for line in result.stdout.splitlines() if "essay_question" in line]
    assert "sega sega sega" in first
    assert "nintendo and" in second
    assert "2026-09-21T14:13:20.000Z" in result.stdout
    assert "email_addr: a@example.org" in result.stdout


def test_for_scripts_each_hit_is_a_json_line(run: Run, tmp_path: Path) -> None:
    store(tmp_path / "data", "Süß <b>")
    (line,) = run("search", "console-wars", "süß", "--json").stdout.splitlines()
    hit = json.loads(line)
    assert set(hit) == {"receipt", "score", "index", "document"}
    assert hit["document"]["essay_question"] == "Süß <b>"
    assert hit["document"]["receipt"] == hit["receipt"]


def test_what_an_answer_holds_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    store(tmp_path / "data", "sega \u009b31m [bold]x[/bold] \u202e")
    shown = run("search", "console-wars", "sega").stdout
    assert "\u009b" not in shown
    assert "\u202e" not in shown
    assert "[bold]x[/bold]" in shown


def test_nothing_found_is_said_and_is_no_error(run: Run) -> None:
    result = run("search", "console-wars", "sega")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "No answer to console-wars contains any of: sega" in result.stderr


def test_an_unknown_form_is_named_with_those_that_are_there(run: Run) -> None:
    result = run("search", "consol-wars", "sega")
    assert result.exit_code == 1
    assert "there is no form 'consol-wars'; did you mean console-wars?" in result.stderr


def test_a_store_that_is_away_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("FORMWELL_STORE_URL", f"http://127.0.0.1:{port}")
    result = run("search", "console-wars", "sega")
    assert result.exit_code == 1
    assert "the store cannot be searched" in result.stderr
    assert "connection refused; formwell check says step by step" in result.stderr
