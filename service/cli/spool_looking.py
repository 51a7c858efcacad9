"""One look at the spools of all slots, and at the services that have them."""

import asyncio
import time
from pathlib import Path

from service.cli.spool_picture import Answer, Look, SlotLook
from service.spool.control import ControlError, ask_service
from service.spool.disk import measure_space
from service.spool.overview import read_overview
from service.spool.receipts import SpoolUnreadable
from service.spool.slot import Slot, find_slots

ANSWER_WITHIN_SECONDS = 2.0


async def look(data_dir: Path) -> Look:
    """Everything at this moment. Raises SlotError for the folder, and SpoolUnreadable where none of
    its spools can be read."""
    looks: list[SlotLook] = []
    failures: list[SpoolUnreadable] = []
    for slot in await asyncio.to_thread(find_slots, data_dir):
        try:
            overview = await asyncio.to_thread(read_overview, slot.spool)
        except SpoolUnreadable as error:
            failures.append(error)
        else:
            looks.append(SlotLook(number=slot.number, overview=overview, service=await _ask(slot)))
    if failures and not looks:
        raise failures[0]
    space = await asyncio.to_thread(measure_space, data_dir) if looks else None
    return Look(
        at_seconds=time.monotonic(),
        slots=looks,
        unreadable=[str(error) for error in failures],
        free_bytes=None if space is None else space.free_bytes,
    )


async def _ask(slot: Slot) -> Answer:
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            return Answer(runs=True, report=await ask_service(slot.socket, "status"))
    except TimeoutError:
        return Answer(runs=True, report={}, silent=True)
    except ControlError as error:
        # The socket is removed at a stop; one that a killed process left refuses connections.
        ended = isinstance(error.__cause__, FileNotFoundError | ConnectionRefusedError)
        return Answer(runs=not ended, report={}, silent=not ended)
