"""What is whole in a damaged spool file comes back, and what is not is counted."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from service.observability.metrics import Metrics
from service.spool.connection import open_for_reading
from service.spool.dead_letters import list_dead_letters
from service.spool.footprint import PAGE
from service.spool.limits import Limits
from service.spool.mark import MARK
from service.spool.ports import Ack, DeadLetter, State
from service.spool.salvage import Unsalvageable, salvage
from service.spool.spool import Spool, open_spool
from tests.spool.submissions import submission

INDEX = "quiz-answers"
ROWS = 60
DELIVERED, DEAD = 10, 5
WAITING = ROWS - DELIVERED - DEAD
LONG = "x" * 600

Harm = Callable[[bytearray], None]


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A sound spool file, to be damaged: some rows are delivered, some dead, the others wait."""
    (tmp_path / "damaged-0").mkdir()
    path = tmp_path / "damaged-0" / "spool.db"
    asyncio.run(fill(path))
    return path


async def fill(path: Path) -> None:
    async with open_spool(path, Metrics(), Limits()) as spool:
        for number in range(ROWS):
            await spool.put(submission(f"answer {number}. {LONG}", key=f"key-{number}"))
        batch = await spool.claim(INDEX, most_rows=DELIVERED + DEAD, most_bytes=1_000_000)
        seqs = [row.seq for row in batch.rows]
        await spool.settle([Ack(seq=seq) for seq in seqs[:DELIVERED]])
        dead = [
            DeadLetter(seq=seq, status=400, error_type="mapper_parsing_exception", reason="no date")
            for seq in seqs[DELIVERED:]
        ]
        await spool.settle(dead)


def harm(path: Path, how: Harm) -> None:
    """Change what is in a file."""
    content = bytearray(path.read_bytes())
    how(content)
    path.write_bytes(content)


def overwrite(start: int, end: int) -> Harm:
    def how(content: bytearray) -> None:
        content[start:end] = b"\xa5" * (end - start)

    return how


@pytest.mark.parametrize(
    "how",
    [lambda _: None, overwrite(0, 16), overwrite(0, 100), overwrite(100, PAGE), overwrite(0, PAGE)],
    ids=["nothing", "name", "header", "schema", "first page"],
)
def test_everything_comes_back_from_a_file_with_a_damaged_beginning(
    damaged: Path, tmp_path: Path, how: Harm
) -> None:
    """F12: the waiting wait again, the dead are dead, and what was delivered is in the store."""
    harm(damaged, how)
    before = damaged.read_bytes()
    new = tmp_path / "slot-0" / "spool.db"
    new.parent.mkdir()
    found = salvage(damaged, new)
    assert (found.waiting, found.dead, found.lost, found.unplaced) == (WAITING, DEAD, 0, [])
    assert damaged.read_bytes() == before
    assert sorted(file.name for file in new.parent.iterdir()) == ["accepted", "reserve", "spool.db"]
    asyncio.run(everything_waits_again(new))
    connection = open_for_reading(new)
    records = list(list_dead_letters(connection))
    connection.close()
    assert {record.error_type for record in records} == {"mapper_parsing_exception"}


async def everything_waits_again(path: Path) -> None:
    """Start on the new file, and find what waited in the old one, in its order."""
    async with open_spool(path, Metrics(), Limits()) as spool:
        batch = await spool.claim(INDEX, most_rows=1_000, most_bytes=1_000_000)
        assert [row.document for row in batch.rows] == [
            submission(f"answer {number}. {LONG}", key=f"key-{number}").document
            for number in range(DELIVERED + DEAD, ROWS)
        ]
        assert spool.totals[State.DEAD].rows == DEAD
        assert spool.accepted("quiz") == ROWS, "a limit counts what was delivered, too"
        assert await count_seen(spool, ROWS - DEAD) == ROWS, "no document is taken for another's"


async def count_seen(spool: Spool, documents: int) -> int:
    """What is counted of the form when the store says to have so many documents of it."""
    await spool.note_documents("quiz", documents)
    return spool.accepted("quiz")


def test_a_page_that_is_lost_takes_only_what_is_on_it(damaged: Path, tmp_path: Path) -> None:
    """F12: whichever page it is, and all that is found is what was sent."""
    content = damaged.read_bytes()
    sent = {
        submission(f"answer {number}. {LONG}", key=f"key-{number}").document
        for number in range(ROWS)
    }
    for page in range(1, len(content) // PAGE):
        damaged.write_bytes(content)
        harm(damaged, overwrite(page * PAGE, (page + 1) * PAGE))
        try:
            found = salvage(damaged, tmp_path / f"{page}.db")
        except Unsalvageable:
            continue
        in_all = found.waiting + found.dead + len(found.unplaced)
        assert set(found.unplaced) <= sent
        assert in_all <= WAITING + DEAD <= in_all + found.lost
        asyncio.run(counts_no_more_than_there_were(tmp_path / f"{page}.db"))


async def counts_no_more_than_there_were(path: Path) -> None:
    async with open_spool(path, Metrics(), Limits()) as spool:
        rows = sum(total.rows for total in spool.totals.values())
        assert rows <= spool.accepted("quiz") <= ROWS


@pytest.mark.parametrize("text", [b"key-3", b"key-12", b"quiz-answers", b"mapper_parsing"])
def test_a_text_that_is_none_any_more_takes_no_other_row_along(
    damaged: Path, tmp_path: Path, text: bytes
) -> None:
    """F12: a single byte, wherever a key, an index or a reason is written."""
    harm(damaged, lambda content: content.__setitem__(content.rindex(text), 0xFF))
    found = salvage(damaged, tmp_path / "new.db")
    assert found.waiting + found.dead + len(found.unplaced) == WAITING + DEAD
    assert len(found.unplaced) <= 1
    assert found.lost == 0
    asyncio.run(counts_no_more_than_there_were(tmp_path / "new.db"))


def test_whatever_bytes_were_changed_the_rest_comes_back(damaged: Path, tmp_path: Path) -> None:
    """F12: 60 files with 100 bytes written over, anywhere."""
    content = damaged.read_bytes()
    for seed in range(60):
        dice = random.Random(seed)
        harmed = bytearray(content)
        for _ in range(100):
            harmed[dice.randrange(len(content))] = dice.randrange(256)
        damaged.write_bytes(harmed)
        new = tmp_path / f"{seed}" / "spool.db"
        new.parent.mkdir()
        try:
            found = salvage(damaged, new)
        except Unsalvageable:
            continue
        assert found.waiting + found.dead + len(found.unplaced) <= WAITING + DEAD
        asyncio.run(counts_no_more_than_there_were(new))


def test_numbers_that_nothing_has_any_more_are_passed_over(damaged: Path, tmp_path: Path) -> None:
    """F12: a spool that took many before, or says so because it is damaged, takes no longer."""
    damaged.with_name(MARK).write_text(f"{10**18:020d}\n")
    found = salvage(damaged, tmp_path / "new.db")
    assert (found.waiting, found.dead, found.lost) == (WAITING, DEAD, 0)


def test_a_file_that_is_no_database_at_all_gives_nothing(tmp_path: Path) -> None:
    """F12: and says so."""
    junk = tmp_path / "junk"
    junk.write_bytes(b"no database" * 5_000)
    with pytest.raises(Unsalvageable, match="junk cannot be read"):
        salvage(junk, tmp_path / "new.db")


def test_a_file_that_is_there_is_not_written_over(damaged: Path) -> None:
    with pytest.raises(Unsalvageable, match="there already"):
        salvage(damaged, damaged)
