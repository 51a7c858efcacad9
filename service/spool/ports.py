"""What the others may ask of the spool: the page puts, delivery claims and settles."""

from asyncio import Future
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol
from uuid import UUID

from service.submission import Submission


class State(IntEnum):
    """Where a submission stands in its life; the values are those of the file's `state` column."""

    PENDING = 0
    DELIVERED = 1
    DEAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the spool knows of a submission, without its answers; times in ms since the epoch."""

    receipt: UUID
    form: str
    index: str
    received_at: int
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A submission that is committed; `repeated` when it was there before under the same key."""

    entry: Entry
    repeated: bool


class SpoolError(Exception):
    """The spool did not take the submission, and no row of it exists."""


class KeyTaken(SpoolError):
    """The key was used before for other answers of the same form."""


class FormFull(SpoolError):
    """As many submissions of the form were taken as it takes altogether."""


class Shortage(StrEnum):
    """What there is too little of when the spool is full."""

    DELIVERY = "delivery"
    WRITER = "writer"
    DISK_TIME = "disk_time"
    DISK_ROOM = "disk_room"


class SpoolFull(SpoolError):
    """No room now, for want of what `shortage` says. `retry_after_seconds`: when to ask again."""

    def __init__(self, reason: str, *, shortage: Shortage, retry_after_seconds: int) -> None:
        super().__init__(reason)
        self.shortage = shortage
        self.retry_after_seconds = retry_after_seconds

    @property
    def less_may_fit(self) -> bool:
        """Whether there may be room for a part of it."""
        return self.shortage is Shortage.DISK_ROOM


class SpoolBroken(SpoolError):
    """The disk failed, or the spool is closed: what is committed is safe, nothing more is taken."""


class Intake(Protocol):
    """The side of the spool that takes submissions and answers for them."""

    def check_room(self) -> None:
        """Raise SpoolFull or SpoolBroken when a submission would be refused now. Costs nothing."""
        ...

    def put(self, submission: Submission, *, limit: int | None = None) -> Future[Accepted]:
        """Commit a submission; there is a result only after it is on disk.

        Never takes more than `limit` of its form, all that are known of counted; a repeat is
        answered all the same. Once called, the row is written even where the caller is cancelled.
        Raises KeyTaken, FormFull, SpoolFull or SpoolBroken; then there is no row.
        """
        ...

    def accepted(self, form: str) -> int:
        """How many submissions of a form were taken, here and as far as known elsewhere, as of the
        last commit. Costs nothing."""
        ...

    async def find(self, receipt: UUID) -> Entry | None:
        """The submission with this receipt; None when it is not, or no longer, in this spool."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A claimed submission; `attempts` counts how often the store refused this very one before."""

    seq: int
    receipt: UUID
    received_at: int
    attempts: int
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Claimed rows of one index, and what is left there.

    `more`: others can be claimed at once. `due_in_seconds`: when the next one that was given back
    may be claimed again, None when there is none.
    """

    rows: Sequence[Row]
    more: bool
    due_in_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """The store has it."""

    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Give it back; it may be claimed again after `delay_seconds`.

    `refused`: the store answered about this very submission, which counts as an attempt. A time
    without a store does not, or its length would decide what becomes of what is sound.
    """

    seq: int
    delay_seconds: float
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """Set it aside for a person, with what the store said of it."""

    seq: int
    status: int
    error_type: str | None
    reason: str | None


Verdict = Ack | Retry | DeadLetter


class Leave(StrEnum):
    """What may be set aside: what is usual, everything because a person said so, or nothing, as
    there is no room."""

    USUAL = "usual"
    EVERYTHING = "everything"
    NOTHING = "nothing"


class Outbox(Protocol):
    """The side of the spool that delivery works from. Claims are not shared and not persistent:
    after a restart everything unsettled can be claimed again."""

    async def arrivals(self) -> frozenset[str]:
        """Wait for rows that can be claimed and were not announced yet; the indexes they go to.

        The first call announces what was there at the start. A row given back by Retry is not
        announced: `Batch.due_in_seconds` tells of it, or whoever gave it back knows.
        """
        ...

    async def claim(self, index: str, *, most_rows: int, most_bytes: int) -> Batch:
        """Take rows of one index, at least one where one is due, oldest first.

        Raises SpoolBroken.
        """
        ...

    async def settle(self, verdicts: Sequence[Verdict]) -> None:
        """Write what became of claimed rows, in one transaction or in several.

        Raises SpoolBroken; then some may be written.
        """
        ...

    def may_set_aside(self, index: str) -> Leave:
        """What may be set aside of an index now. Costs nothing."""
        ...
