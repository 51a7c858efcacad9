"""Spools with dead letters in them, and what is left there."""

import asyncio
from pathlib import Path

from service.lifespan import open_slot
from service.observability.metrics import Metrics
from service.spool.ports import DeadLetter, State
from service.spool.slot import Slot
from service.spool.spool import Spool
from tests.spool.submissions import submission


async def set_aside(
    spool: Spool, keys: list[str], *, form: str = "quiz", error_type: str = "odd"
) -> list[str]:
    """Put submissions with these keys and set them aside; their receipts."""
    for key in keys:
        await spool.put(submission(f"SECRET {key}", key=key, form=form))
    rows = (await spool.claim("quiz-answers", most_rows=10_000, most_bytes=10_000_000)).rows
    await spool.settle(
        [DeadLetter(seq=row.seq, status=400, error_type=error_type, reason="[x]") for row in rows]
    )
    return [str(row.receipt) for row in rows]


def fill(
    data: Path, keys: list[str], *, slot: int = 0, form: str = "quiz", error_type: str = "odd"
) -> list[str]:
    """As `set_aside`, in a slot that nobody holds."""

    async def fill_slot() -> list[str]:
        async with open_slot(Slot(data, slot), Metrics()) as spool:
            return await set_aside(spool, keys, form=form, error_type=error_type)

    return asyncio.run(fill_slot())


def left(data: Path, state: State, *, slot: int = 0) -> int:
    """Rows in a state, in a slot that nobody holds."""

    async def count() -> int:
        async with open_slot(Slot(data, slot), Metrics()) as spool:
            return spool.totals[state].rows

    return asyncio.run(count())
