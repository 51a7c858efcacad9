"""The store for load tests: it accepts everything, keeps nothing and finds nothing."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from service.store import CREATED, Document, Hit, ItemResult


class NullStore:
    """A `service.store.Store` without anything behind it; it never raises."""

    async def create(self, index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        """Say that every document is created, and forget it."""
        return [ItemResult(status=CREATED)] * len(documents)

    async def find(self, index: str, receipt: UUID) -> bool:
        """Nothing is ever there."""
        return False

    async def search(self, index: str, query: str, *, limit: int) -> Sequence[Hit]:
        """Nothing is ever found."""
        return []

    async def fetch(self, index: str, wanted: UUID | int) -> Sequence[Hit]:
        """Nothing was kept."""
        return []

    async def fetch_many(
        self, index: str, receipts: Sequence[UUID]
    ) -> Mapping[UUID, Mapping[str, object]]:
        """Nothing was kept."""
        return {}

    async def count(self, index: str) -> int:
        """There is never one."""
        return 0

    async def ping(self) -> str:
        """Always there."""
        return "null store (keeps nothing)"
