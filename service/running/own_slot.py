"""Which slot a process takes for its own, and how it comes by it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import apsw
import structlog

from service.lifespan import Report, open_slot
from service.observability.metrics import Metrics
from service.spool.control import ControlError, ask_service
from service.spool.schema import FormatError
from service.spool.slot import MOST_SLOTS, Slot, SlotDamaged, SlotError, SlotTaken
from service.spool.spool import Spool

_LOG = structlog.get_logger(__name__)

LET_GO_WITHIN_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 0.1


@asynccontextmanager
async def open_own_slot(
    data_dir: Path, number: int | None, metrics: Metrics, report: Report | None = None
) -> AsyncIterator[tuple[Slot, Spool]]:
    """The slot of this number; for None the first that is free and sound. `report` as for
    `open_slot`.

    One that another process adopted is asked for, and waited for. Raises SlotTaken where it is
    another's own, or not let go; SlotError, FormatError or apsw.Error where it cannot be opened.
    """
    async with AsyncExitStack() as stack:
        if number is None:
            yield await _first_free(stack, data_dir, metrics, report)
        else:
            slot = Slot(data_dir, number)
            yield slot, await _claim(stack, slot, metrics, report)


async def _claim(
    stack: AsyncExitStack, slot: Slot, metrics: Metrics, report: Report | None
) -> Spool:
    give_up_at = time.monotonic() + LET_GO_WITHIN_SECONDS
    refused = 0
    while True:
        try:
            return await stack.enter_async_context(open_slot(slot, metrics, report=report))
        except SlotTaken as error:
            refused += 1
            # Looked at twice: an adopter has the lock a moment before it can say what for.
            if (not error.adopted and refused > 1) or time.monotonic() > give_up_at:
                raise
            if error.adopted:
                with suppress(ControlError):  # it is just coming or going
                    await ask_service(slot.socket, "release")
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _first_free(
    stack: AsyncExitStack, data_dir: Path, metrics: Metrics, report: Report | None
) -> tuple[Slot, Spool]:
    for number in range(MOST_SLOTS):
        slot = Slot(data_dir, number)
        try:
            return slot, await stack.enter_async_context(open_slot(slot, metrics, report=report))
        except SlotTaken:
            continue
        except (SlotDamaged, FormatError, apsw.Error) as error:
            _LOG.error("slot_left", slot=number, reason=str(error))
    raise SlotError(f"all {MOST_SLOTS} slots in {data_dir} are in use or damaged")
