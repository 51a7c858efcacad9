"""Free slots are looked for again and again, and what cannot be adopted is left as it is."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog.testing

from service.lifespan import open_slot, run_beside
from service.null_store import NullStore
from service.observability.metrics import Metrics
from service.running.adoption import Adoption
from service.running.held_slots import HeldSlots
from service.running.own_slot import open_own_slot
from service.running.places import Places
from service.running.signals import Stop
from service.spool.ports import State
from service.spool.slot import Slot, SlotTaken
from service.store import Document, ItemResult, StoreUnavailable
from service.submission import Submission
from tests.spool.submissions import submission
from tests.system.polling import until


class KeptStore(NullStore):
    """Remembers the receipts it was given; `away`: it does not answer."""

    def __init__(self) -> None:
        self.away = False
        self.receipts: list[str] = []

    async def create(self, index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        if self.away:
            raise StoreUnavailable("away")
        self.receipts += [str(document.receipt) for document in documents]
        return await super().create(index, documents)


@pytest.fixture
def logs() -> Iterator[list[structlog.typing.EventDict]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


async def leave(slot: Slot, *submissions: Submission) -> None:
    """A slot that nobody holds, with these waiting in it."""
    async with open_slot(slot, Metrics()) as spool:
        for each in submissions:
            await spool.put(each)


@asynccontextmanager
async def adopting(
    data: Path, store: NullStore, *, stop: Stop | None = None, places: Places | None = None
) -> AsyncIterator[HeldSlots]:
    """A process with slot 0 that looks for others, ten times a second.

    With a `stop` that is asked for it delivers to the last moment before it ends.
    """
    async with open_slot(Slot(data), Metrics()) as own:
        held = HeldSlots(own)
        adoption = Adoption(
            *(data, Slot(data), held, store, stop or Stop(5.0)),
            until_empty=stop is not None,
            look_every_seconds=0.1,
            places=places,
        )
        async with run_beside(adoption.run_for_ever(), "adoption"):
            yield held


async def until_true(held: HeldSlots, numbers: list[int]) -> None:
    async def holds() -> bool:
        return [number for number, _ in held.adopted] == numbers

    await until(holds, within_seconds=20, hoping_for=f"slots {numbers} adopted")


async def test_a_slot_that_gets_free_later_is_delivered_and_let_go(tmp_path: Path) -> None:
    store, other = KeptStore(), Slot(tmp_path, 4)
    async with adopting(tmp_path, store):
        async with open_slot(other, Metrics()) as spool:
            await spool.put(submission())
            await asyncio.sleep(0.3)  # three looks, while it is in use
            assert store.receipts == []

        async def is_free_and_empty() -> bool:
            try:
                async with open_slot(other, Metrics()) as again:
                    return again.totals[State.PENDING].rows == 0
            except SlotTaken:
                return False

        await until(is_free_and_empty, within_seconds=20, hoping_for="all delivered")
    assert store.receipts == [str(submission().receipt)]


async def test_receipts_are_found_in_every_held_slot(tmp_path: Path) -> None:
    store = KeptStore()
    store.away = True
    one, two = submission(key="one"), submission(key="two")
    await leave(Slot(tmp_path, 1), one)
    await leave(Slot(tmp_path, 2), two)
    async with adopting(tmp_path, store) as held:
        await until_true(held, [1, 2])
        for each in (one, two):
            found = await held.find(each.receipt)
            assert found is not None
            assert found.state is State.PENDING
        assert await held.find(submission(key="three").receipt) is None
        assert (await held.put(submission(key="three"))).repeated is False
        assert held.accepted("quiz") == 1


async def test_a_slot_in_which_nothing_waits_is_not_touched(tmp_path: Path) -> None:
    await leave(Slot(tmp_path, 1))
    Slot(tmp_path, 1).lock.write_text("nobody\n")
    await leave(Slot(tmp_path, 2), submission())
    store = KeptStore()
    async with adopting(tmp_path, store):

        async def is_delivered() -> bool:
            return len(store.receipts) == 1

        await until(is_delivered, within_seconds=20, hoping_for="the other slot delivered")
    assert Slot(tmp_path, 1).lock.read_text() == "nobody\n"


async def test_a_slot_that_cannot_be_opened_is_told_of_once(
    tmp_path: Path, logs: list[structlog.typing.EventDict]
) -> None:
    """F13: damage is named, and no other slot waits for it."""
    damaged = Slot(tmp_path, 1)
    damaged.folder.mkdir()
    damaged.spool.write_bytes(b"no database" * 1_000)
    await leave(Slot(tmp_path, 2), submission())
    store = KeptStore()
    async with adopting(tmp_path, store) as held:

        async def is_delivered() -> bool:
            return len(store.receipts) == 1 and not held.adopted

        await until(is_delivered, within_seconds=20, hoping_for="the other slot delivered")
        await asyncio.sleep(0.5)  # some more looks
    left = [line["slot"] for line in logs if line["event"] == "slot_left"]
    assert left == [1]
    assert damaged.spool.read_bytes() == b"no database" * 1_000


async def test_a_slot_that_cannot_be_looked_into_is_told_of_and_the_next_one_is_delivered(
    tmp_path: Path, logs: list[structlog.typing.EventDict]
) -> None:
    """F13: a folder that is not what it should be, as one of another user is."""
    hidden = Slot(tmp_path, 1)
    hidden.folder.symlink_to(hidden.folder)
    await leave(Slot(tmp_path, 2), submission())
    store = KeptStore()
    async with adopting(tmp_path, store) as held:

        async def is_delivered() -> bool:
            return len(store.receipts) == 1 and not held.adopted

        await until(is_delivered, within_seconds=20, hoping_for="the other slot delivered")
    assert [line["slot"] for line in logs if line["event"] == "slot_left"] == [1]


async def test_a_data_folder_that_cannot_be_looked_into_is_told_of_and_looked_into_again(
    tmp_path: Path, logs: list[structlog.typing.EventDict]
) -> None:
    data, aside = tmp_path / "data", tmp_path / "aside"
    await leave(Slot(data, 0))
    store = KeptStore()

    async def is_told() -> bool:
        return any(line["event"] == "slots_not_found" for line in logs)

    async def is_delivered() -> bool:
        return len(store.receipts) == 1

    async with adopting(data, store):
        data.rename(aside)
        data.symlink_to(data)
        await until(is_told, within_seconds=20, hoping_for="a line in the log")
        await leave(Slot(aside, 1), submission())
        data.unlink()
        aside.rename(data)
        await until(is_delivered, within_seconds=20, hoping_for="its slot delivered")


async def test_an_owner_gets_its_slot_back_while_its_adopter_is_stopping(tmp_path: Path) -> None:
    """The adopter has a minute for a store that may come back, and the owner ten seconds."""
    store, stop = KeptStore(), Stop(60.0)
    store.away = True
    await leave(Slot(tmp_path, 1), submission())

    async def adopt_and_stop() -> None:
        async with adopting(tmp_path, store, stop=stop) as held:
            await until_true(held, [1])
            stop.ask()

    stopping = asyncio.create_task(adopt_and_stop())
    await stop.asked.wait()
    async with open_own_slot(tmp_path, 1, Metrics()) as (_, spool):
        assert spool.totals[State.PENDING].rows == 1
        await stopping


async def test_few_slots_are_adopted_at_a_time_and_in_the_end_all(tmp_path: Path) -> None:
    store = KeptStore()
    store.away = True
    left = [submission(key=f"key-{number}") for number in range(1, 6)]
    for number, each in enumerate(left, 1):
        await leave(Slot(tmp_path, number), each)
    async with adopting(tmp_path, store) as held:
        await until_true(held, [1, 2])
        store.away = False

        async def is_delivered() -> bool:
            assert len(held.adopted) <= 2
            return len(store.receipts) == len(left)

        await until(is_delivered, within_seconds=20, hoping_for="all slots delivered")
    assert sorted(store.receipts) == sorted(str(each.receipt) for each in left)


async def test_slots_that_do_not_get_on_keep_no_other_waiting(tmp_path: Path) -> None:
    store = KeptStore()
    store.away = True
    for number in (1, 2, 3):
        await leave(Slot(tmp_path, number), submission(key=f"key-{number}"))
    places = Places(at_once=1, idle_seconds=0.0)
    async with adopting(tmp_path, store, places=places) as held:
        await until_true(held, [1, 2, 3])


async def test_a_task_that_ends_by_a_mistake_is_told_of_at_once(
    logs: list[structlog.typing.EventDict],
) -> None:
    told: list[object] = []

    async def break_off() -> None:
        raise ZeroDivisionError

    async def go_on_beside() -> None:
        async with run_beside(break_off(), "sums"):
            for _ in range(10):
                await asyncio.sleep(0)
            told.extend(line["task"] for line in logs if line["event"] == "task_failed")

    with pytest.raises(ZeroDivisionError):
        await go_on_beside()
    assert told == ["sums"]


async def test_any_slot_means_none_that_is_damaged(tmp_path: Path) -> None:
    """F12: the file is kept, and the process takes the next slot."""
    damaged = Slot(tmp_path, 0)
    damaged.folder.mkdir()
    damaged.spool.write_bytes(b"no database" * 1_000)
    async with open_own_slot(tmp_path, None, Metrics()) as (slot, _):
        assert slot.number == 1
    assert damaged.spool.read_bytes() == b"no database" * 1_000
