"""The open file of the embedded store, and what is done to it, bound to one thread."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import apsw

from service.embedded import queries, schema
from service.embedded.errors import breaks_writing
from service.store import StoreUnavailable
from service.submission import reference_bits


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A document to insert: `text` is what search shall find it by."""

    receipt: UUID
    body: bytes
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """A document that matched; a higher score is a better match."""

    receipt: UUID
    score: float
    body: bytes


class EmbeddedFile:
    """Everything that is done to the file, on the thread that opened it; every call blocks.

    Raises apsw.Error, and RuntimeError on another thread.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._owner = threading.get_ident()
        self._connection = connection
        self._tokenizer = connection.fts5_tokenizer(schema.TOKENIZER[0], list(schema.TOKENIZER[1:]))
        self._broken_by: apsw.Error | None = None

    def insert(self, index: str, rows: Sequence[NewRow]) -> Sequence[bool]:
        """Commit all rows that are not there yet; for each whether it is new.

        Raises StoreUnavailable after an I/O error, until the file was opened anew.
        """
        connection = self._on_our_thread()
        if self._broken_by is not None:
            raise StoreUnavailable(
                f"the disk of the embedded store failed ({self._broken_by}): nothing is written "
                "until a restart"
            )
        try:
            with connection:
                are_new = [_insert(connection, index, row) for row in rows]
        except apsw.Error as error:
            if breaks_writing(error):
                self._broken_by = error
            raise
        return are_new

    def contains(self, index: str, receipt: UUID) -> bool:
        """Whether this document was committed."""
        return bool(self._on_our_thread().execute(queries.FIND, (receipt.bytes, index)).get)

    def count(self, index: str) -> int:
        """How many documents were committed."""
        return int(self._on_our_thread().execute(queries.COUNT, (index,)).get)

    def search(self, index: str, query: str, limit: int) -> Sequence[FoundRow]:
        """The best documents with any word of the query; the query has no syntax."""
        connection = self._on_our_thread()
        matching = queries.match_any(self._words_of(query))
        if not matching:
            return []
        return [
            FoundRow(receipt=UUID(bytes=receipt), score=score, body=body)
            for receipt, score, body in connection.execute(queries.SEARCH, (matching, index, limit))
        ]

    def fetch(self, index: str, wanted: UUID | int) -> Sequence[FoundRow]:
        """The document with this receipt, or those whose receipt ends in these 33 bits."""
        if isinstance(wanted, UUID):
            sql, named = queries.FETCH, wanted.bytes
        else:
            sql, named = queries.FETCH_ENDING, (wanted & 0xFFFF_FFFF).to_bytes(4, "big")
        rows = [
            FoundRow(receipt=UUID(bytes=receipt), score=score, body=body)
            for receipt, score, body in self._on_our_thread().execute(sql, (named, index))
        ]
        return [row for row in rows if wanted in (row.receipt, reference_bits(row.receipt))]

    def check(self) -> None:
        """Read from the file."""
        schema.version_of(self._on_our_thread())

    def close(self) -> None:
        """Checkpoint and close."""
        self._on_our_thread().close()

    def _words_of(self, query: str) -> Sequence[str]:
        """The query cut as answers are, by the same tokenizer."""
        words = self._tokenizer(
            query.encode("utf-8", "replace"),
            apsw.FTS5_TOKENIZE_QUERY,
            None,
            include_offsets=False,
            include_colocated=False,
        )
        return [word for word in words if isinstance(word, str)]

    def _on_our_thread(self) -> apsw.Connection:
        if threading.get_ident() != self._owner:
            raise RuntimeError("an embedded store belongs to the thread that opened it")
        return self._connection


def _insert(connection: apsw.Connection, index: str, row: NewRow) -> bool:
    new_id = connection.execute(queries.INSERT_DOCUMENT, (index, row.receipt.bytes, row.body)).get
    if new_id is None:
        return False
    connection.execute(queries.INSERT_WORDS, (new_id, row.text))
    return True
