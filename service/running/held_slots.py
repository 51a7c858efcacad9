"""The spools this process holds: its own, which takes submissions, and those it adopted."""

from asyncio import Future
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from service.spool.ports import Accepted, Entry, SpoolError, State
from service.spool.spool import Spool
from service.submission import Submission


class HeldSlots:
    """An `Intake`: the own spool takes, and receipts are found in every spool that is held."""

    def __init__(self, own: Spool) -> None:
        self._own = own
        self._adopted: dict[int, Spool] = {}

    def add(self, number: int, spool: Spool) -> None:
        """A slot was adopted."""
        self._adopted[number] = spool

    def remove(self, number: int) -> None:
        """An adopted slot is let go."""
        self._adopted.pop(number, None)

    @property
    def adopted(self) -> Sequence[tuple[int, int]]:
        """The number of each adopted slot, and how many of its rows wait for delivery."""
        return [
            (number, spool.totals[State.PENDING].rows)
            for number, spool in sorted(self._adopted.items())
        ]

    def check_room(self) -> None:
        """See `Intake.check_room`."""
        self._own.check_room()

    def put(self, submission: Submission, *, limit: int | None = None) -> Future[Accepted]:
        """See `Intake.put`."""
        return self._own.put(submission, limit=limit)

    def accepted(self, form: str) -> int:
        """See `Intake.accepted`."""
        return self._own.accepted(form)

    async def find(self, receipt: UUID) -> Entry | None:
        """See `Intake.find`."""
        found = await self._own.find(receipt)
        if found is None:
            for spool in list(self._adopted.values()):
                # One that fails or is just let go knows nothing; the next, or the store, may.
                with suppress(SpoolError):
                    found = await spool.find(receipt)
                if found is not None:
                    break
        return found
