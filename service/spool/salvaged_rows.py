"""The rows of a damaged spool file, each read by itself, and what of them is whole.

Nothing is believed of a page that was written over: a number may be missing, a text no UTF-8. Texts
are read as the bytes they are, or one of them would hide its row.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import apsw

from service.spool.digest import is_whole
from service.spool.ports import DeadLetter, State
from service.submission import Submission

# Each column as what it was put as, whatever the file says it is now.
_ROW_SQL = (
    "SELECT CAST(receipt AS BLOB), CAST(form AS BLOB), CAST(index_name AS BLOB),"
    " CAST(submission_key AS BLOB), CAST(received_at AS INTEGER), CAST(state AS INTEGER),"
    " CAST(status AS INTEGER), CAST(error_type AS BLOB), CAST(reason AS BLOB),"
    " CAST(digest AS BLOB), CAST(finished_at AS INTEGER)"
    " FROM submission NOT INDEXED WHERE seq = ?"
)
_DOCUMENT_SQL = "SELECT CAST(body AS BLOB) FROM document WHERE seq = ?"
_NEXT_SQL = (
    "SELECT seq FROM submission NOT INDEXED WHERE seq > ? ORDER BY seq LIMIT 1",
    "SELECT seq FROM document WHERE seq > ? ORDER BY seq LIMIT 1",
)
_LAST_SQL = ("SELECT max(seq) FROM submission", "SELECT max(seq) FROM document")

_GAP = 10_000
"""So many numbers in a row without anything are a gap: to ask for each of the millions that were
delivered and forgotten would take hours. Sooner would be rash: where a number was damaged, the row
after it in the file is not the next one."""

_YEAR_10_000 = 253_402_300_800_000  # ms since the epoch

_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A submission that is whole, and the verdict on it where it was set aside."""

    submission: Submission
    dead: DeadLetter | None
    failed_at: int


@dataclass(slots=True, kw_only=True)
class Salvage:
    """What was found: `waiting` and `dead` are in the new file; `delivered`, by form, are only
    counted there. `lost` could not be read whole, of
    `unplaced` only the documents: nobody knows which index they go to."""

    waiting: int = 0
    dead: int = 0
    delivered: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    unplaced: list[bytes] = field(default_factory=list)


def last_row(connection: apsw.Connection) -> int:
    """The highest number that a row or a document has, as far as can be seen."""
    found = (_read(connection, statement) for statement in _LAST_SQL)
    return max(row[0] or 0 if row else 0 for row, _ in found)


def read_rows(connection: apsw.Connection, last: int, found: Salvage) -> Iterator[Found]:
    """What is whole among the rows up to number `last`, in their order; `found` counts the rest."""
    number = empty = 0
    while (number := number + 1) <= last:
        row, is_known = _read(connection, _ROW_SQL, number)
        if row is not None and row[5] == State.DELIVERED:
            if (form := read_text(row[1])) is not None:
                found.delivered[form] += 1
            empty = 0
            continue
        stored, _ = _read(connection, _DOCUMENT_SQL, number)
        if row is None and stored is None and is_known:
            empty += 1
            if empty == _GAP:
                number, empty = _end_of_gap(connection, number, last), 0
            continue
        empty = 0
        one = None if row is None or stored is None else _found(row, stored[0])
        if one is not None:
            yield one
        elif stored is not None and (row is None or _is_whole(row, stored[0])):
            found.unplaced.append(stored[0])
        else:
            found.lost += 1


def _end_of_gap(connection: apsw.Connection, number: int, last: int) -> int:
    nexts = []
    for statement in _NEXT_SQL:
        row, is_known = _read(connection, statement, number)
        if not is_known:
            return number
        nexts.append(row[0] if row else last + 1)
    return min(nexts) - 1


def _read(connection: apsw.Connection, sql: str, *bindings: int) -> tuple[_Row | None, bool]:
    """The row, and whether that could be found out."""
    try:
        return connection.execute(sql, bindings).fetchone(), True
    except apsw.Error:
        return None, False


def _is_whole(row: _Row, document: bytes) -> bool:
    receipt, digest = row[0], row[9]
    return receipt is not None and is_whole(receipt, document, digest)


def _found(row: _Row, document: bytes) -> Found | None:
    """None where it is not whole, or the row does not say any more where it belongs."""
    receipt, form, index, key, received_at, state, status, error_type, reason, _, finished_at = row
    form, index = read_text(form), read_text(index)
    if form is None or index is None or not _is_whole(row, document):
        return None
    return Found(
        submission=Submission(
            receipt=UUID(bytes=receipt),
            form=form,
            index=index,
            # One that was damaged is nobody's any more, but each row has one of its own.
            key=read_text(key) or receipt.hex(),
            received_at=_moment(received_at),
            document=document,
        ),
        dead=DeadLetter(
            seq=0, status=status or 0, error_type=read_text(error_type), reason=read_text(reason)
        )
        if state == State.DEAD
        else None,
        failed_at=_moment(finished_at),
    )


def read_text(value: bytes | None) -> str | None:
    """A text by its bytes; None where they are none of any text."""
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _moment(at_ms: int | None) -> int:
    """In ms since the epoch; 0 for what no calendar has."""
    return at_ms if at_ms is not None and 0 <= at_ms < _YEAR_10_000 else 0
