"""Which pending rows were handed to delivery and which may be next. Kept in memory only: after a
restart everything that is pending may be claimed again.

Each index has two cursors. Rows that were never given back (`next_attempt` 0) are read by `seq`.
Rows that were are read by (`next_attempt`, `seq`); what is written there later is always made to
lie behind the cursor (see `earliest_retry`), so neither cursor ever passes a row by.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import apsw

from service.spool.connection import SpoolConnection
from service.spool.damage import is_unreadable
from service.spool.digest import is_whole
from service.spool.ports import Batch, Row

_COLUMNS = "seq, next_attempt, receipt, received_at, attempts, digest"
_PENDING = "FROM submission INDEXED BY submission_pending WHERE state = 0 AND index_name = ?"

_DOCUMENT_SQL = "SELECT body FROM document WHERE seq = ?"
_BODY = "(SELECT body FROM document WHERE document.seq = submission.seq)"
_FRESH = f"{_PENDING} AND next_attempt = 0 AND seq > ? ORDER BY seq LIMIT ?"
_GIVEN_BACK = (
    f"{_PENDING} AND next_attempt > 0 AND next_attempt <= ?"
    " AND (next_attempt, seq) > (?, ?) ORDER BY next_attempt, seq LIMIT ?"
)
_FRESH_SQL = f"SELECT {_COLUMNS}, {_BODY} {_FRESH}"
_GIVEN_BACK_SQL = f"SELECT {_COLUMNS}, {_BODY} {_GIVEN_BACK}"
# Where a document cannot be read, it is not to be the end of the statement.
_FRESH_ALONE_SQL = f"SELECT {_COLUMNS}, NULL {_FRESH}"
_GIVEN_BACK_ALONE_SQL = f"SELECT {_COLUMNS}, NULL {_GIVEN_BACK}"
_NEXT_GIVEN_BACK_SQL = (
    f"SELECT min(next_attempt) {_PENDING} AND next_attempt > 0 AND (next_attempt, seq) > (?, ?)"
)
_LATEST_ATTEMPT_SQL = f"SELECT max(next_attempt) {_PENDING}"
_OLDEST_SQL = (
    "SELECT min(received_at) FROM"  # noqa: S608 - a constant
    f" (SELECT * FROM (SELECT received_at {_PENDING}"
    " AND next_attempt = 0 ORDER BY seq LIMIT 1)"
    f" UNION ALL SELECT * FROM (SELECT received_at {_PENDING}"
    " AND next_attempt > 0 ORDER BY next_attempt, seq LIMIT 1))"
)
# One step of the index a name, where DISTINCT would read every pending row.
_INDEXES_SQL = """
WITH RECURSIVE lane (name) AS (
    SELECT min(index_name) FROM submission INDEXED BY submission_pending WHERE state = 0
    UNION ALL
    SELECT (
        SELECT min(index_name) FROM submission INDEXED BY submission_pending
        WHERE state = 0 AND index_name > lane.name
    ) FROM lane WHERE lane.name IS NOT NULL
)
SELECT name FROM lane WHERE name IS NOT NULL
"""


@dataclass(slots=True)
class _Cursors:
    fresh_seq: int = 0
    retry_at: int = 0
    retry_seq: int = 0


@dataclass(slots=True, kw_only=True)
class _Taking:
    most_rows: int
    room: int
    is_begun: bool
    more: bool = False
    rows: list[Row] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)

    @property
    def most_left(self) -> int:
        """As many as fit, and one that tells whether there are more."""
        return self.most_rows + 1 - len(self.rows)

    def take(self, seq: int, row: Row | None) -> bool:
        if row is None:
            self.damaged.append(seq)
            return True
        self.more = (self.is_begun or bool(self.rows)) and (
            len(self.rows) == self.most_rows or len(row.document) > self.room
        )
        if self.more:
            return False
        self.rows.append(row)
        self.room -= len(row.document)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The rows that can be delivered, and the `seq` of those whose documents are damaged."""

    batch: Batch
    damaged: Sequence[int]


class Claims:
    """The cursors of all indexes of one spool file. Used on the writer's thread."""

    def __init__(self, connection: SpoolConnection) -> None:
        self._connection = connection
        self._cursors: dict[str, _Cursors] = {}

    def pending_indexes(self) -> frozenset[str]:
        """The indexes that have pending rows."""
        return frozenset(name for (name,) in self._connection.execute(_INDEXES_SQL))

    def latest_attempt(self) -> int:
        """The latest moment a pending row was given back to; 0 where none was."""
        return max(
            (
                found[0]
                for index in self.pending_indexes()
                if (found := self._connection.execute(_LATEST_ATTEMPT_SQL, (index,)).fetchone())
                and found[0] is not None
            ),
            default=0,
        )

    def earliest_retry(self, steady_ms: int) -> int:
        """The earliest moment a row may be given back to, so that no cursor is past it yet."""
        return max([steady_ms, *(cursor.retry_at + 1 for cursor in self._cursors.values())])

    def claim(
        self,
        index: str,
        *,
        most_rows: int,
        most_bytes: int,
        steady_ms: int,
        is_begun: bool = False,
    ) -> Claim:
        """The next rows of an index, those given back and due again first.

        One at least, if only one has more than `most_bytes`, unless others were taken before.
        """
        cursor = self._cursors.setdefault(index, _Cursors())
        taking = _Taking(most_rows=most_rows, room=most_bytes, is_begun=is_begun)
        try:
            self._take(taking, index, cursor, steady_ms, alone=False)
        except apsw.Error as error:
            if not is_unreadable(error):
                raise
            # On from behind the last row that was taken.
            self._take(taking, index, cursor, steady_ms, alone=True)
        batch = Batch(
            rows=taking.rows,
            more=taking.more or bool(taking.damaged),  # those may have stood where others follow
            due_in_seconds=self._due_in(index, cursor, steady_ms),
        )
        return Claim(batch=batch, damaged=taking.damaged)

    def _take(
        self, taking: _Taking, index: str, cursor: _Cursors, steady_ms: int, *, alone: bool
    ) -> None:
        """Take rows while there is room; `alone`: each document by a statement of its own."""
        due = self._connection.execute(
            _GIVEN_BACK_ALONE_SQL if alone else _GIVEN_BACK_SQL,
            (index, steady_ms, cursor.retry_at, cursor.retry_seq, taking.most_left),
        )
        for seq, next_attempt, *columns in due:
            if not taking.take(seq, self._row(seq, *columns)):
                return
            cursor.retry_at, cursor.retry_seq = next_attempt, seq
        fresh = self._connection.execute(
            _FRESH_ALONE_SQL if alone else _FRESH_SQL, (index, cursor.fresh_seq, taking.most_left)
        )
        for seq, _, *columns in fresh:
            if not taking.take(seq, self._row(seq, *columns)):
                return
            cursor.fresh_seq = seq

    def _row(
        self,
        seq: int,
        receipt: bytes,
        received_at: int,
        attempts: int,
        digest: bytes,
        document: bytes | None,
    ) -> Row | None:
        """The row with its document; None where the disk does not give that back as it was put."""
        for _ in range(2):  # a moment later a disk may read what it could not
            if document is None:
                document = self._read(seq)
        if document is None or not is_whole(receipt, document, digest):
            return None
        return Row(
            seq=seq,
            receipt=UUID(bytes=receipt),
            received_at=received_at,
            attempts=attempts,
            document=document,
        )

    def _read(self, seq: int) -> bytes | None:
        try:
            found = self._connection.execute(_DOCUMENT_SQL, (seq,)).fetchone()
        except apsw.Error as error:
            if not is_unreadable(error):
                raise
            return None
        return None if found is None else found[0]

    def _due_in(self, index: str, cursor: _Cursors, steady_ms: int) -> float | None:
        found = self._connection.execute(
            _NEXT_GIVEN_BACK_SQL, (index, cursor.retry_at, cursor.retry_seq)
        ).fetchone()
        if found is None or found[0] is None:
            return None
        next_attempt: int = found[0]
        return max(0.0, (next_attempt - steady_ms) / 1000)

    def oldest_received_at(self) -> int | None:
        """When the oldest pending submission was received, ms since the epoch."""
        oldest = [
            found[0]
            for index in self.pending_indexes()
            if (found := self._connection.execute(_OLDEST_SQL, (index, index)).fetchone())
            and found[0] is not None
        ]
        return min(oldest, default=None)
