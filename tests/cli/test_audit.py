"""`formwell audit`: what was acknowledged, held against what the embedded store has."""

import asyncio
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from service.embedded.store import open_embedded
from service.forms.load import load_forms
from service.lifespan import open_slot
from service.observability.metrics import Metrics
from service.spool.ports import Ack, DeadLetter
from service.spool.slot import Slot
from service.store import Document
from service.submission import Submission, make_submission, short_reference
from tests.cli.conftest import Run

FORMS = Path(__file__).parents[2] / "forms"
LONG_AGO_MS = 1_790_000_000_000


def sent(number: int) -> Submission:
    """One of several submissions to the console wars."""
    return make_submission(
        form="console-wars",
        index="big_survey",
        key=f"key-{number}",
        answers={"essay_question": f"SECRET {number}", "email_addr": "a@example.org"},
        tags=("v0.1",),
        client_address="192.0.2.7",
        received_at=LONG_AGO_MS + number,
    )


def deliver(data: Path, numbers: range, *, slot: int = 0, long_ago: bool = True) -> None:
    """Take submissions and deliver them, to the store and by the spool's book."""
    forms = load_forms(FORMS).values()

    async def put_and_deliver() -> None:
        async with (
            open_embedded(data, forms) as store,
            open_slot(Slot(data, slot), Metrics()) as spool,
        ):
            for number in numbers:
                await spool.put(sent(number))
            rows = (await spool.claim("big_survey", most_rows=1_000, most_bytes=1 << 20)).rows
            documents = [Document(receipt=row.receipt, body=row.document) for row in rows]
            await store.create("big_survey", documents)
            await spool.settle([Ack(seq=row.seq) for row in rows])

    asyncio.run(put_and_deliver())
    if long_ago:
        change(Slot(data, slot).spool, f"UPDATE submission SET finished_at = {LONG_AGO_MS}")


def change(path: Path, sql: str) -> None:
    """Behind the service's back."""
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute(sql)


def lose(data: Path, submission: Submission) -> None:
    """Remove a document from the store."""
    name = submission.receipt.hex
    change(data / "embedded.db", f"DELETE FROM document WHERE receipt = x'{name}'")


def lines(run: Run, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and JSON lines of an audit."""
    result = run("audit", "--json", *arguments)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_where_all_is_there_it_says_so(run: Run, tmp_path: Path) -> None:
    deliver(tmp_path / "data", range(3))
    result = run("audit")
    assert result.exit_code == 0, result.output
    assert "console-wars: all is there" in result.stdout
    assert "3  as they were accepted" in result.stdout
    assert "3  documents in the store" in result.stdout


def test_what_was_removed_is_named(run: Run, tmp_path: Path) -> None:
    deliver(tmp_path / "data", range(3))
    lose(tmp_path / "data", sent(1))
    result = run("audit", "console-wars")
    assert result.exit_code == 1
    assert f"missing  {sent(1).receipt}  {short_reference(sent(1).receipt)}" in result.stdout
    assert "NOT ALL IS THERE" in result.stdout
    assert "1  fewer than were delivered from here" in result.stdout
    assert str(sent(0).receipt) not in result.stdout
    assert "SECRET" not in result.output


def test_what_was_changed_is_told_from_what_is_missing(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    deliver(data, range(3))
    lose(data, sent(1))
    change(
        data / "embedded.db",
        "UPDATE document SET body = CAST(replace(body, 'SECRET 2', 'SECRET 3') AS BLOB)",
    )
    code, (first, second, verdict) = lines(run)
    assert code == 1
    assert {(one["receipt"], one["condition"]) for one in (first, second)} == {
        (str(sent(1).receipt), "missing"),
        (str(sent(2).receipt), "changed"),
    }
    assert verdict == {
        "form": "console-wars",
        "accepted": 3,
        "delivered": 3,
        "waiting": 0,
        "dead": 0,
        "present": 1,
        "missing": 1,
        "changed": 1,
        "unverified": 0,
        "recent": 0,
        "forgotten": 0,
        "in_store": 2,
        "fewer_in_store": 1,
        "well": False,
    }


@pytest.mark.parametrize("body", ["no JSON", "[]"])
def test_what_is_no_document_any_more_is_changed(run: Run, tmp_path: Path, body: str) -> None:
    data = tmp_path / "data"
    deliver(data, range(1))
    change(data / "embedded.db", f"UPDATE document SET body = CAST('{body}' AS BLOB)")
    code, (named, _) = lines(run)
    assert (code, named["condition"]) == (1, "changed")


def test_the_order_of_fields_is_no_change(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    deliver(data, range(1))
    turned = json.dumps(dict(reversed(json.loads(sent(0).document).items())))
    change(data / "embedded.db", f"UPDATE document SET body = CAST('{turned}' AS BLOB)")
    assert lines(run)[0] == 0


def test_what_was_delivered_just_now_is_not_called_missing(run: Run, tmp_path: Path) -> None:
    deliver(tmp_path / "data", range(1), long_ago=False)
    lose(tmp_path / "data", sent(0))
    code, (verdict,) = lines(run)
    assert (code, verdict["recent"], verdict["missing"]) == (0, 1, 0)


def test_what_an_older_version_delivered_has_only_to_be_there(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    deliver(data, range(2))
    change(Slot(data).spool, "UPDATE submission SET digest = NULL")
    code, (verdict,) = lines(run)
    assert (code, verdict["unverified"]) == (0, 2)


async def put(data: Path, *, set_aside: bool) -> None:
    """A submission that waits, or that was refused."""
    async with open_slot(Slot(data), Metrics()) as spool:
        await spool.put(sent(1))
        if set_aside:
            (row,) = (await spool.claim("big_survey", most_rows=1, most_bytes=1)).rows
            letter = DeadLetter(seq=row.seq, status=400, error_type="mapper", reason="[x]")
            await spool.settle([letter])


def test_what_waits_is_no_fault_and_a_dead_letter_is_one(run: Run, tmp_path: Path) -> None:
    asyncio.run(put(tmp_path / "data", set_aside=False))
    code, (verdict,) = lines(run)
    assert (code, verdict["dead"], verdict["waiting"]) == (0, 0, 1)
    asyncio.run(put(tmp_path / "data", set_aside=True))
    code, (verdict,) = lines(run)
    assert (code, verdict["dead"], verdict["waiting"]) == (1, 1, 0)
    assert "formwell dead-letters list" in run("audit").stdout


def test_repair_sends_again_what_the_spool_still_has(run: Run, tmp_path: Path) -> None:
    asyncio.run(put(tmp_path / "data", set_aside=True))
    result = run("audit", "--repair", "--json")
    assert result.exit_code == 0, result.output
    assert "1 dead letter sent again." in result.stderr
    verdict = json.loads(result.stdout)
    assert (verdict["dead"], verdict["waiting"]) == (0, 1)
    assert "0 dead letters sent again." in run("audit", "console-wars", "--repair").stderr


def test_the_spools_of_all_slots_are_examined(run: Run, tmp_path: Path) -> None:
    deliver(tmp_path / "data", range(2))
    deliver(tmp_path / "data", range(2, 5), slot=4)
    lose(tmp_path / "data", sent(4))
    code, (_, verdict) = lines(run)
    assert (code, verdict["accepted"], verdict["present"], verdict["missing"]) == (1, 5, 4, 1)


def test_more_than_a_page_is_examined_once_each(run: Run, tmp_path: Path) -> None:
    deliver(tmp_path / "data", range(450))
    code, (verdict,) = lines(run)
    assert (code, verdict["present"]) == (0, 450)


async def test_it_works_beside_a_running_service(run: Run, tmp_path: Path) -> None:
    await asyncio.to_thread(deliver, tmp_path / "data", range(3))
    async with open_slot(Slot(tmp_path / "data"), Metrics()) as spool:
        await spool.put(sent(7))
        result = await asyncio.to_thread(run, "audit")
    assert result.exit_code == 0, result.output
    assert "1  wait for the store" in result.stdout


def test_without_a_spool_there_is_nothing_to_compare(run: Run) -> None:
    result = run("audit")
    assert result.exit_code == 0
    assert "No spool here has taken a submission yet." in result.stderr
    assert "'console-wars'" in run("audit", "console-wars").stderr


def test_a_data_folder_that_keeps_its_slots_secret_is_a_clear_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").symlink_to("data")  # nobody can look into it, not even the superuser
    monkeypatch.setenv("FORMWELL_STORE_URL", "http://127.0.0.1:1")
    result = run("audit")
    assert result.exit_code == 1
    assert "data cannot be looked into" in result.stderr


def test_a_store_that_is_away_is_a_clear_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(tmp_path / "data", range(1))
    monkeypatch.setenv("FORMWELL_STORE_URL", "http://127.0.0.1:1")
    result = run("audit")
    assert result.exit_code == 1
    assert "the audit did not come to its end: no answer from the store" in result.stderr


def test_a_store_that_keeps_nothing_is_not_compared_with(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMWELL_STORE_URL", "null:")
    assert "nothing to compare with" in run("audit").stderr
