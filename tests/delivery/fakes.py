"""The two ports of delivery, kept in memory, that remember how they were used."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from service.spool.ports import Ack, Batch, DeadLetter, Leave, Retry, Row, Verdict
from service.store import Document, Hit, ItemResult
from tests.delivery.simulated_time import now

CREATED = ItemResult(status=201)
CONFLICT = ItemResult(
    status=409, error_type="version_conflict_engine_exception", reason="document already exists"
)
MAPPING = ItemResult(
    status=400, error_type="mapper_parsing_exception", reason="Preview of field's value: 'secret'"
)
IMMENSE = ItemResult(
    status=400, error_type="illegal_argument_exception", reason="contains at least one immense term"
)
BUSY = ItemResult(status=429, error_type="rejected_execution_exception", reason="queue is full")
BLOCKED = ItemResult(
    status=403, error_type="cluster_block_exception", reason="index [a] blocked by: [FORBIDDEN/8]"
)


def make_row(seq: int = 1, *, attempts: int = 0, body: bytes = b"{}") -> Row:
    return Row(
        seq=seq, receipt=UUID(int=seq), received_at=1_000_000, attempts=attempts, document=body
    )


@dataclass
class _Kept:
    row: Row
    index: str
    due_at: float
    is_claimed: bool = False


class FakeOutbox:
    """Rows in memory. What no caller may do is noted in `wrongs`."""

    def __init__(self) -> None:
        self.acked: list[int] = []
        self.dead: dict[int, DeadLetter] = {}
        self.settled: list[Sequence[Verdict]] = []
        self.claims: list[tuple[float, str, int]] = []
        self.wrongs: list[str] = []
        self.broken: Exception | None = None
        self.leave = Leave.USUAL
        self._rows: dict[int, _Kept] = {}
        self._arrived: set[str] = set()
        self._arrival = asyncio.Event()
        self._last_seq = 0

    def put(self, index: str, count: int = 1, *, body: bytes = b"{}") -> list[UUID]:
        receipts = []
        for _ in range(count):
            self._last_seq += 1
            row = make_row(self._last_seq, body=body)
            self._rows[row.seq] = _Kept(row=row, index=index, due_at=0.0)
            receipts.append(row.receipt)
        self._arrived.add(index)
        self._arrival.set()
        return receipts

    def pending(self, index: str | None = None) -> int:
        return sum(index in (None, kept.index) for kept in self._rows.values())

    async def arrivals(self) -> frozenset[str]:
        await self._arrival.wait()
        self._arrival.clear()
        arrived = frozenset(self._arrived)
        self._arrived.clear()
        return arrived

    async def claim(self, index: str, *, most_rows: int, most_bytes: int) -> Batch:
        if self.broken is not None:
            raise self.broken
        waiting = [
            kept for kept in self._rows.values() if kept.index == index and not kept.is_claimed
        ]
        due = [kept for kept in waiting if kept.due_at <= now()]
        taken: list[Row] = []
        room = most_bytes
        for kept in due:
            if taken and (len(taken) == most_rows or len(kept.row.document) > room):
                break
            kept.is_claimed = True
            room -= len(kept.row.document)
            taken.append(kept.row)
        self.claims.append((now(), index, len(taken)))
        later = [kept.due_at - now() for kept in waiting if kept.due_at > now()]
        await asyncio.sleep(0.001)
        return Batch(
            rows=taken, more=len(due) > len(taken), due_in_seconds=min(later, default=None)
        )

    def may_set_aside(self, index: str) -> Leave:
        return self.leave

    async def settle(self, verdicts: Sequence[Verdict]) -> None:
        if self.broken is not None:
            raise self.broken
        await asyncio.sleep(0.001)
        self.settled.append(verdicts)
        for verdict in verdicts:
            kept = self._rows.get(verdict.seq)
            if kept is None or not kept.is_claimed:
                self.wrongs.append(f"row {verdict.seq} was settled without a claim")
            elif isinstance(verdict, Retry):
                kept.is_claimed = False
                kept.due_at = now() + verdict.delay_seconds
                attempts = kept.row.attempts + verdict.refused
                kept.row = make_row(verdict.seq, attempts=attempts, body=kept.row.document)
            else:
                del self._rows[verdict.seq]
                if isinstance(verdict, Ack):
                    self.acked.append(verdict.seq)
                else:
                    self.dead[verdict.seq] = verdict


Answer = Callable[[str, Sequence[Document]], Awaitable[Sequence[ItemResult]]]


@dataclass
class Call:
    """One bulk as the store saw it."""

    at: float
    index: str
    receipts: list[UUID]


@dataclass
class FakeStore:
    """Keeps documents by id; `answer` stands before it and may say something else."""

    seconds: float = 0.01
    answer: Answer | None = None
    documents: dict[UUID, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    async def create(self, index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        self.calls.append(Call(now(), index, [document.receipt for document in documents]))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self.seconds)
            if self.answer is not None:
                return await self.answer(index, documents)
            return self.keep(index, documents)
        finally:
            self.in_flight -= 1

    def keep(self, index: str, documents: Sequence[Document]) -> list[ItemResult]:
        return [self.keep_one(index, document) for document in documents]

    def keep_one(self, index: str, document: Document) -> ItemResult:
        if document.body.startswith(b"{") and not document.body.endswith(b"}"):
            return MAPPING  # as every store does with JSON that has no end
        if document.receipt in self.documents:
            return CONFLICT
        self.documents[document.receipt] = index
        return CREATED

    async def find(self, index: str, receipt: UUID) -> bool:
        return self.documents.get(receipt) == index

    async def search(self, index: str, query: str, *, limit: int) -> Sequence[Hit]:
        return []

    async def count(self, index: str) -> int:
        return list(self.documents.values()).count(index)

    async def ping(self) -> str:
        return "fake"
