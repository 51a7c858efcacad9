"""Delivers what waits in free slots: their processes ended before they could.

Nothing is moved. A free slot with rows is held and its file delivered from, as its owner would
have done, until none waits or its owner asks for it; so nothing can be lost or doubled on the way.
"""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import apsw
import structlog

from service.lifespan import open_slot
from service.observability.metrics import Metrics
from service.running.delivering import run_dispatcher
from service.running.held_slots import HeldSlots
from service.running.places import Place, Places
from service.running.release import Release
from service.running.signals import Stop
from service.spool.connection import open_for_reading
from service.spool.dead_letters import read_totals
from service.spool.ports import SpoolError, State
from service.spool.schema import FormatError
from service.spool.slot import Slot, SlotError, SlotTaken, find_slots
from service.spool.spool import Spool
from service.store import Store

_LOG = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 30.0
LOOK_WHETHER_EMPTY_SECONDS = 0.5


class Adoption:
    """Adopts free slots of a data folder, all but the own one.

    `held` learns of each spool while it is held.
    """

    def __init__(
        self,
        data_dir: Path,
        own: Slot,
        held: HeldSlots,
        store: Store,
        stop: Stop,
        *,
        until_empty: bool = False,
        look_every_seconds: float = LOOK_EVERY_SECONDS,
        places: Places | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._held = held
        self._store = store
        self._stop = stop
        self._until_empty = until_empty
        self._look_every_seconds = look_every_seconds
        self._places = places or Places()
        self._not_now = {own.number}
        self._skip_once: set[int] = set()
        self._told: dict[int, str] = {}

    async def run_for_ever(self) -> None:
        """Look for them now, and again and again. What is held when this is cancelled is
        delivered as far as there is time to stop."""
        async with asyncio.TaskGroup() as adopted:
            while True:
                for slot in await asyncio.to_thread(self._look):
                    adopted.create_task(self._adopt(slot), name=f"adopted-slot-{slot.number}")
                await asyncio.sleep(self._look_every_seconds)

    def _look(self) -> Sequence[Slot]:
        try:
            return self._find()
        except SlotError as error:  # of the folder; that may be mended at the next look
            _LOG.error("slots_not_found", reason=str(error))
            return []

    def _find(self) -> Sequence[Slot]:
        skip = self._not_now | self._skip_once
        self._skip_once = set()
        return [
            slot
            for slot in find_slots(self._data_dir)
            if slot.number not in skip and _may_wait(slot)
        ]

    async def _adopt(self, slot: Slot) -> None:
        self._not_now.add(slot.number)
        release = Release()
        try:
            # Metrics of its own: gauges of two spools, or of two deliveries, would overwrite
            # each other's.
            async with (
                Place(self._places) as place,
                open_slot(slot, Metrics(), on_release=release.ask) as spool,
            ):
                await self._deliver(slot, spool, release, place)
        except SlotTaken:
            pass
        except (SlotError, FormatError, apsw.Error, OSError) as error:
            self._tell_left(slot, str(error))
        except SpoolError as error:
            # What broke while it was open is not opened again by this process: it would only
            # break again, every time a bit later.
            self._tell_left(slot, str(error))
            return
        except Exception as error:
            # A mistake of ours here must not end what the process does with its own slot.
            self._tell_left(slot, f"unexpected {type(error).__name__}")
            return
        if release.asked:  # whoever asked needs a moment to take it
            self._skip_once.add(slot.number)
        self._not_now.discard(slot.number)

    async def _deliver(self, slot: Slot, spool: Spool, release: Release, place: Place) -> None:
        self._held.add(slot.number, spool)
        _LOG.info("slot_adopted", slot=slot.number, pending=spool.totals[State.PENDING].rows)
        try:
            async with run_dispatcher(
                spool, self._store, Metrics(), self._stop, until_empty=self._until_empty
            ) as (_, delivering):
                release.ends(delivering)
                while (pending := spool.totals[State.PENDING].rows) and not delivering.done():
                    place.note(pending)
                    await asyncio.wait({delivering}, timeout=LOOK_WHETHER_EMPTY_SECONDS)
        finally:
            self._held.remove(slot.number)
        if not delivering.cancelled():
            delivering.result()
        _LOG.info("slot_let_go", slot=slot.number, pending=spool.totals[State.PENDING].rows)

    def _tell_left(self, slot: Slot, reason: str) -> None:
        if self._told.get(slot.number) != reason:
            self._told[slot.number] = reason
            _LOG.error(
                "slot_left",
                slot=slot.number,
                reason=reason,
                message=f"what waits in {slot.folder} is not delivered: see docs/operations.md",
            )


def _may_wait(slot: Slot) -> bool:
    """Whether rows wait for delivery there. Where that cannot be read: yes, as to adopt it says
    why, or brings an older format to this one."""
    try:
        with closing(open_for_reading(slot.spool)) as connection:
            return read_totals(connection)[State.PENDING].rows > 0
    except (apsw.Error, FormatError, KeyError, ValueError):
        return True
