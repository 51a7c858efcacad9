"""`formwell find`: where is the submission whose reference somebody reads out?"""

import asyncio
import json
import socket
from pathlib import Path

import pytest
from click.testing import Result

from service.embedded.store import open_embedded
from service.forms.load import load_forms
from service.lifespan import open_slot
from service.observability.metrics import Metrics
from service.spool.ports import Ack, DeadLetter
from service.spool.slot import Slot
from service.store import Document
from service.submission import make_submission, short_reference
from tests.cli.conftest import Run

FORMS = Path(__file__).parents[2] / "forms"
SENT = make_submission(
    form="console-wars",
    index="big_survey",
    key="key-1",
    answers={"essay_question": "SECRET \u009b31m", "email_addr": "a@example.org"},
    tags=(),
    client_address=None,
    received_at=1_790_000_000_000,
)
REFERENCE = short_reference(SENT.receipt)


async def spool(
    data: Path, verdict: type[Ack] | type[DeadLetter] | None = None, *, slot: int = 0
) -> None:
    """Put the submission into the spool of a slot, and settle it."""
    async with open_slot(Slot(data, slot), Metrics()) as opened:
        await opened.put(SENT)
        (row,) = (await opened.claim(SENT.index, most_rows=1, most_bytes=10_000)).rows
        if verdict is Ack:
            await opened.settle([Ack(seq=row.seq)])
        elif verdict is DeadLetter:
            letter = DeadLetter(seq=row.seq, status=400, error_type="mapper", reason="[x]")
            await opened.settle([letter])


def store(data: Path) -> None:
    """Put the submission into the embedded store."""
    forms = load_forms(FORMS).values()

    async def create() -> None:
        async with open_embedded(data, forms) as embedded:
            await embedded.create(SENT.index, [Document(receipt=SENT.receipt, body=SENT.document)])

    asyncio.run(create())


@pytest.mark.parametrize(
    "typed", [REFERENCE, REFERENCE.lower().replace("-", " "), str(SENT.receipt)]
)
def test_one_that_waits_is_found_in_the_spool_without_its_answers(
    run: Run, tmp_path: Path, typed: str
) -> None:
    asyncio.run(spool(tmp_path / "data"))
    result = run("find", typed)
    assert result.exit_code == 0, result.output
    for said in (REFERENCE, str(SENT.receipt), "console-wars", "2026-09-21T14:13:20.000Z"):
        assert said in result.stdout
    assert "waiting for the store" in result.stdout
    assert "SECRET" not in result.stdout


def test_a_refusal_without_a_type_is_told_by_its_reason_alone(run: Run, tmp_path: Path) -> None:
    """As that of a proxy is."""

    async def put_and_set_aside() -> None:
        async with open_slot(Slot(tmp_path / "data"), Metrics()) as opened:
            await opened.put(SENT)
            (row,) = (await opened.claim(SENT.index, most_rows=1, most_bytes=10_000)).rows
            letter = DeadLetter(seq=row.seq, status=413, error_type=None, reason="too large")
            await opened.settle([letter])

    asyncio.run(put_and_set_aside())
    assert "as the store refused it: too large;" in run("find", REFERENCE).stdout
    listed = run("dead-letters", "list").stdout
    assert "too large" in listed
    assert ": too large" not in listed


def test_one_of_another_process_is_found_in_its_slot(run: Run, tmp_path: Path) -> None:
    asyncio.run(spool(tmp_path / "data", slot=3))
    assert "waiting for the store" in run("find", REFERENCE).stdout


def test_one_that_was_sent_to_two_processes_is_told_of_once(run: Run, tmp_path: Path) -> None:
    asyncio.run(spool(tmp_path / "data", slot=1))
    asyncio.run(spool(tmp_path / "data", Ack, slot=2))
    result = run("find", REFERENCE)
    assert result.stdout.count(str(SENT.receipt)) == 1
    assert "waiting for the store" in result.stdout


def test_answers_are_shown_when_asked_for_and_cannot_steer_the_terminal(
    run: Run, tmp_path: Path
) -> None:
    asyncio.run(spool(tmp_path / "data"))
    shown = run("find", REFERENCE, "--show").stdout
    assert "SECRET" in shown
    assert "\u009b" not in shown
    (line,) = run("find", REFERENCE, "--show", "--json").stdout.splitlines()
    assert json.loads(line)["document"]["essay_question"] == "SECRET \u009b31m"


def test_one_that_only_the_store_has_is_found_there(run: Run, tmp_path: Path) -> None:
    store(tmp_path / "data")
    (line,) = run("find", REFERENCE, "--json").stdout.splitlines()
    assert json.loads(line) == {
        "receipt": str(SENT.receipt),
        "reference": REFERENCE,
        "form": "console-wars",
        "index": "big_survey",
        "received_at": "2026-09-21T14:13:20.000Z",
        "state": None,
        "stored": True,
        "where": "in the store",
    }


def test_one_in_both_is_listed_once_with_the_answers_of_the_store(run: Run, tmp_path: Path) -> None:
    asyncio.run(spool(tmp_path / "data", Ack))
    store(tmp_path / "data")
    (line,) = run("find", REFERENCE, "--json", "--show").stdout.splitlines()
    found = json.loads(line)
    assert (found["state"], found["stored"]) == ("delivered", True)
    assert found["document"]["email_addr"] == "a@example.org"


def test_one_that_was_delivered_and_removed_since_is_told_as_such(run: Run, tmp_path: Path) -> None:
    asyncio.run(spool(tmp_path / "data", Ack))
    result = run("find", REFERENCE, "--show")
    assert "it was removed since" in result.stdout
    assert "only the store has them" in result.stdout


def test_one_that_was_set_aside_says_why(run: Run, tmp_path: Path) -> None:
    asyncio.run(spool(tmp_path / "data", DeadLetter))
    assert "mapper: [x]; see formwell dead-letters" in run("find", REFERENCE).stdout


async def test_it_works_beside_a_running_service(run: Run, tmp_path: Path) -> None:
    async with open_slot(Slot(tmp_path / "data"), Metrics()) as opened:
        await opened.put(SENT)
        result: Result = await asyncio.to_thread(run, "find", REFERENCE)
    assert result.exit_code == 0
    assert str(SENT.receipt) in result.stdout


def test_nothing_found_is_exit_code_1_and_no_reference_is_2(run: Run) -> None:
    result = run("find", "BK4-TM7-PX2")
    assert result.exit_code == 1
    assert "neither the spool nor the store of any form has BK4-TM7-PX2" in result.stderr
    assert run("find", "nonsense").exit_code == 2


def test_a_store_that_is_away_does_not_hide_what_the_spool_knows(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(spool(tmp_path / "data", Ack))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("FORMWELL_STORE_URL", f"http://127.0.0.1:{port}")
    result = run("find", REFERENCE)
    assert result.exit_code == 0
    assert "the store could not be asked" in result.stdout
    assert "the store cannot be asked: " in result.stderr
    unknown = run("find", "AA2-AA2-AA2")
    assert unknown.exit_code == 1
    assert "the spool does not know AA2-AA2-AA2" in unknown.stderr
