"""What a store is: the place where submissions end and can be searched.

A store reports facts: a status, a type and a reason per document, or that the request as a whole
failed. What they mean (done, retry, hold, split, dead) is decided in `delivery` alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

CREATED = 201
CONFLICT = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document to create: `receipt` is its id, `body` its JSON in UTF-8, on one line."""

    receipt: UUID
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """What the store said of one document; `error_type` and `reason` are None where it is there.

    `status` is an HTTP status: 201 created, 409 an id that was there before, and so on.
    """

    status: int
    error_type: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One document found by a search; `document` is all of it, the answers and our own fields."""

    receipt: str
    score: float
    index: str
    document: Mapping[str, object]


class StoreError(Exception):
    """The request as a whole had no per-document answer. The text says why, for a person."""


class StoreUnavailable(StoreError):
    """Nobody knows what became of the request: no connection, a time-out, an unreadable answer."""


class StoreRefused(StoreError):
    """The store answered the whole request with an error; nothing of it was written.

    `retry_after_seconds` is what the store asked for, None where it asked for nothing.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: int,
        error_type: str | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.error_type = error_type
        self.retry_after_seconds = retry_after_seconds


class Store(Protocol):
    """Takes documents once each, by id, and finds them again.

    Every method may raise StoreUnavailable or StoreRefused, and no other error.
    """

    async def create(self, index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        """Create documents, each on its own; one result a document, in their order.

        An id that is there already gives 409 and changes nothing. The index and its mapping are
        made, or given the fields that are new, before the first document goes to it.
        """
        ...

    async def find(self, index: str, receipt: UUID) -> bool:
        """Whether a document with this id is there."""
        ...

    async def search(self, index: str, query: str, *, limit: int) -> Sequence[Hit]:
        """Documents whose analysed answers match any word of `query`, the best first."""
        ...

    async def count(self, index: str) -> int:
        """How many documents can be found there; 0 where the index is not there."""
        ...

    async def ping(self) -> str:
        """Ask for a sign of life; the store's name and version, for a person."""
        ...


class Archive(Store, Protocol):
    """A store that also gives documents back by what names them to people."""

    async def fetch(self, index: str, wanted: UUID | int) -> Sequence[Hit]:
        """The document with this receipt; or all whose short reference stands for these bits
        (`submission.reference_bits`), which may be several.

        For a person's command: a reference may cost a look at every receipt of the index. Empty
        where the index is not there.
        """
        ...

    async def fetch_many(
        self, index: str, receipts: Sequence[UUID]
    ) -> Mapping[UUID, Mapping[str, object]]:
        """The documents with these receipts that a search finds: those of the last seconds may
        lack. None where the index is not there.

        The whole answer is in memory at once: ask for few.
        """
        ...
