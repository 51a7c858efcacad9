"""`formwell spool status`, without a service and beside one."""

import asyncio
import json
import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest
from click.testing import Result

from service.cli.spool_looking import look as look_at
from service.cli.spool_picture import Answer, Look, SlotLook, picture
from service.cli.spool_words import describe
from service.lifespan import open_slot
from service.observability.metrics import Metrics
from service.spool.control import ControlError
from service.spool.form_counts import FormCount
from service.spool.overview import Overview
from service.spool.ports import Ack, DeadLetter, State
from service.spool.receipts import FormLife
from service.spool.slot import Slot
from service.spool.totals import Total
from tests.cli.conftest import Run
from tests.spool.submissions import RECEIVED_AT, submission


def fill(data: Path, slot: int = 0) -> None:
    """Four submissions: one delivered, one set aside, two waiting."""

    async def put() -> None:
        async with open_slot(Slot(data, slot), Metrics()) as spool:
            for number in range(4):
                await spool.put(submission(f"SECRET {number}", key=f"key-{number}"))
            rows = (await spool.claim("quiz-answers", most_rows=2, most_bytes=10_000)).rows
            letter = DeadLetter(seq=rows[1].seq, status=400, error_type="mapper", reason="SECRET")
            await spool.settle([Ack(seq=rows[0].seq), letter])

    asyncio.run(put())


def test_without_a_spool_it_says_so(run: Run, tmp_path: Path) -> None:
    result = run("spool", "status")
    assert result.exit_code == 0
    assert f"There is no spool yet in {tmp_path / 'data'}: there is no such folder" in result.stdout


def test_a_data_folder_that_keeps_its_slots_secret_is_told_of(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    result = run("spool", "status")
    assert result.exit_code == 1
    assert "data cannot be looked into (Not a directory)" in result.stderr


def test_without_a_service_it_says_what_waits_and_what_to_do(run: Run, tmp_path: Path) -> None:
    fill(tmp_path / "data")
    result = run("spool", "status")
    assert result.exit_code == 0, result.output
    for words in (
        "2 waiting for the store, 1 set aside, 1 delivered and still remembered.",
        "0.0 a second come in, 0.0 a second go out",
        "what waits does not grow less",
        "slot 0: no service has it: start one (formwell serve)",
        "quiz: 2 waiting, 1 set aside, 1 delivered of 4 accepted",
        "0% of the 1.0 GiB",
        "of the disk are free.",
        "400 mapper",
        "pending             2 rows ",
        "delivered           1 row  ",
    ):
        assert words in result.stdout
    assert "SECRET" not in result.output


def test_for_scripts_it_is_a_json_line(run: Run, tmp_path: Path) -> None:
    fill(tmp_path / "data")
    fill(tmp_path / "data", slot=3)
    seen = json.loads(run("spool", "status", "--json").stdout)
    assert [slot["slot"] for slot in seen["slots"]] == [0, 3]
    slot = seen["slots"][0]
    assert (slot["pending"]["rows"], slot["dead"]["rows"], slot["service"]) == (2, 1, "none")
    assert slot["forms"] == {"quiz": {"accepted": 4, "waiting": 2, "delivered": 1, "dead": 1}}
    assert slot["oldest_waiting_seconds"] > 0
    assert slot["last_refused"]["error_type"] == "mapper"


async def test_beside_a_service_it_tells_what_that_says(run: Run, tmp_path: Path) -> None:
    hold = {"index": "quiz-answers", "reason": "the index is closed: open it", "held_seconds": 150}

    async def report() -> Mapping[str, object]:
        error = {"text": "403 x", "at": "2026-11-22T00:00:00.000Z"}
        return {"delivery": {"holds": [hold], "circuit_open": True, "last_error": error}}

    async with open_slot(Slot(tmp_path / "data"), Metrics(), report=report) as spool:
        await spool.put(submission())
        result: Result = await asyncio.to_thread(run, "spool", "status")
    for words in (
        "slot 0: its service runs",
        "HELD for 2 min: quiz-answers: the index is closed: open it",
        "THE STORE DOES NOT ANSWER",
        "last error of delivery, at 2026-11-22T00:00:00.000Z: 403 x",
    ):
        assert words in result.stdout


async def test_a_service_that_hangs_is_told_as_such(tmp_path: Path) -> None:
    goes_on = asyncio.Event()

    async def report() -> Mapping[str, object]:
        await goes_on.wait()
        return {}

    async with open_slot(Slot(tmp_path / "data"), Metrics(), report=report):
        seen = await look_at(tmp_path / "data")
        goes_on.set()
    words = describe(picture(seen, seen, now_ms=RECEIVED_AT))
    assert "its service does not answer" in words


async def test_a_service_that_cannot_say_how_it_stands_is_told_as_such(tmp_path: Path) -> None:
    async def report() -> Mapping[str, object]:
        raise ControlError("not now")

    async with open_slot(Slot(tmp_path / "data"), Metrics(), report=report):
        seen = await look_at(tmp_path / "data")
    assert "does not answer" in describe(picture(seen, seen, now_ms=RECEIVED_AT))


async def test_the_socket_of_a_service_that_was_killed_is_nobodys(tmp_path: Path) -> None:
    slot = Slot(tmp_path / "data")
    await asyncio.to_thread(fill, tmp_path / "data")
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(slot.socket))
    seen = await look_at(tmp_path / "data")
    assert "no service has it" in describe(picture(seen, seen, now_ms=RECEIVED_AT))


def look(at_seconds: float, *, accepted: int, waiting: int, size: int = 0, **report: Any) -> Look:
    """A look at one slot."""
    totals = {state: Total(rows=0, bytes=0) for state in State}
    totals[State.PENDING] = Total(rows=waiting, bytes=size)
    count = FormCount(accepted=accepted, waiting=waiting, delivered=accepted - waiting)
    overview = Overview(
        totals=totals,
        forms={"quiz": FormLife(count=count, dead=0)},
        oldest_waiting_at=RECEIVED_AT if waiting else None,
        last_refused=None,
    )
    answer = Answer(runs=True, report=report)
    return Look(
        at_seconds=at_seconds,
        slots=[SlotLook(number=0, overview=overview, service=answer)],
        free_bytes=5 << 30,
    )


def test_rates_and_the_time_to_drain_come_from_two_looks() -> None:
    earlier, now = look(100, accepted=1_000, waiting=500), look(110, accepted=1_100, waiting=300)
    seen = picture(earlier, now, now_ms=RECEIVED_AT + 7_200_000)
    assert (seen.in_per_second, seen.out_per_second) == (10, 30)
    assert seen.drained_in_seconds == 15
    words = describe(seen)
    assert "nothing waits in 15 s, if it goes on like this" in words
    assert "the oldest has waited for 2 h" in words


def test_what_cannot_be_read_is_told_above_what_can() -> None:
    now = replace(look(100, accepted=2, waiting=1), unreadable=["slot-1/spool.db is damaged"])
    words = describe(picture(now, now, now_ms=RECEIVED_AT))
    assert "UNREADABLE, and not counted here: slot-1/spool.db is damaged.\n\nslot 0:" in words


def test_what_grows_has_no_time_to_drain() -> None:
    earlier, now = look(100, accepted=1_000, waiting=300), look(110, accepted=1_400, waiting=500)
    seen = picture(earlier, now, now_ms=RECEIVED_AT)
    assert seen.drained_in_seconds is None
    assert "does not grow less" in describe(seen)


@pytest.mark.parametrize(
    ("size", "report", "words"),
    [
        (1 << 30, {}, "100% of the 1.0 GiB that may wait or be set aside: FULL"),
        (900 << 20, {}, "soon full"),
        (0, {"disk": {"full": True}}, "THE DISK IS FULL"),
        (0, {"disk": {"tight": True}}, "the disk is nearly full"),
        (0, {"audit": {"last": {"missing": 2, "changed": 0, "at": "x"}}}, "2 missing, 0 changed"),
        (0, {"audit": {"last": {"missing": 0, "changed": 0, "at": "x"}}}, "its service runs"),
        (0, {"broken": "disk I/O error"}, "BROKEN: disk I/O error"),
    ],
)
def test_limits_are_told_when_they_are_near(size: int, report: dict[str, Any], words: str) -> None:
    now = look(1, accepted=1, waiting=1, size=size, **report)
    assert words in describe(picture(now, now, now_ms=RECEIVED_AT))


def test_what_a_store_calls_things_cannot_steer_the_terminal() -> None:
    hold = {"index": "a\x1b[31m", "reason": "b\u009b", "held_seconds": 1.0}
    now = look(1, accepted=1, waiting=1, delivery={"holds": [hold]})
    assert "\x1b" not in describe(picture(now, now, now_ms=RECEIVED_AT))


def test_reading_changes_nothing(run: Run, tmp_path: Path) -> None:
    fill(tmp_path / "data")
    connection = apsw.Connection(str(Slot(tmp_path / "data").spool))
    try:
        before = connection.execute("PRAGMA data_version").get
        run("spool", "status")
        assert connection.execute("PRAGMA data_version").get == before
    finally:
        connection.close()
