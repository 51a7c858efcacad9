"""Dead letters and totals, read beside a running service through a read-only connection."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import apsw

from service.spool.ports import State
from service.spool.selection import BEFORE_ALL, EVERY_ONE, Position, Selection
from service.spool.totals import Total, Totals

_COLUMNS = (
    "receipt, form, index_name, received_at, finished_at, attempts, status, error_type, reason"
)
_SELECTED = (
    "FROM submission INDEXED BY submission_dead WHERE state = 2"
    " AND (?1 IS NULL OR receipt = ?1) AND (?2 IS NULL OR form = ?2)"
    " AND (?3 IS NULL OR error_type = ?3) AND (?4 IS NULL OR finished_at < ?4)"
)

PAGE_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterRecord:
    """A submission that was set aside; times in ms since the epoch, UTC."""

    receipt: UUID
    form: str
    index: str
    received_at: int
    failed_at: int
    attempts: int
    status: int
    error_type: str | None
    reason: str | None


def list_dead_letters(
    connection: apsw.Connection, selection: Selection = EVERY_ONE
) -> Iterator[DeadLetterRecord]:
    """Those that are selected, in the order in which they failed; a page at a time, so that
    whoever takes long over them keeps nothing from being written meanwhile."""
    after = BEFORE_ALL
    while True:
        page: list[tuple[Any, ...]] = connection.execute(
            f"SELECT seq, {_COLUMNS} {_SELECTED} AND (finished_at, seq) > (?5, ?6)"
            f" ORDER BY finished_at, seq LIMIT {PAGE_ROWS}",
            (*_bindings(selection), after.failed_at, after.seq),
        ).fetchall()
        for seq, *row in page:
            record = _record(*row)
            after = Position(failed_at=record.failed_at, seq=seq)
            yield record
        if len(page) < PAGE_ROWS:
            return


def count_dead_letters(connection: apsw.Connection, selection: Selection = EVERY_ONE) -> int:
    """How many are selected."""
    found = connection.execute(
        f"SELECT count(*) {_SELECTED}",
        _bindings(selection),
    ).fetchone()
    return 0 if found is None else int(found[0])


def read_document(connection: apsw.Connection, receipt: UUID) -> bytes | None:
    """The document of a dead letter, as it was put; None where it is not there any more, or the
    disk does not give it back."""
    try:
        found = connection.execute(
            "SELECT body FROM submission JOIN document USING (seq) WHERE receipt = ? AND state = 2",
            (receipt.bytes,),
        ).fetchone()
    except apsw.CorruptError:
        return None
    return None if found is None else bytes(found[0])


def show_dead_letter(
    connection: apsw.Connection, receipt: UUID
) -> tuple[DeadLetterRecord, bytes | None] | None:
    """One dead letter and its document, as `read_document` has it; None where there is no dead
    letter of this receipt."""
    record = next(list_dead_letters(connection, Selection(receipt=receipt)), None)
    return None if record is None else (record, read_document(connection, receipt))


def read_totals(connection: apsw.Connection) -> Totals:
    """Rows and bytes in each state."""
    rows = connection.execute("SELECT state, rows, bytes FROM total")
    return {State(state): Total(rows=count, bytes=size) for state, count, size in rows}


def _bindings(selection: Selection) -> tuple[bytes | str | int | None, ...]:
    receipt = selection.receipt
    return (
        None if receipt is None else receipt.bytes,
        selection.form,
        selection.reason,
        selection.failed_before,
    )


def _record(
    receipt: bytes,
    form: str,
    index: str,
    received_at: int,
    failed_at: int,
    attempts: int,
    status: int,
    error_type: str | None,
    reason: str | None,
) -> DeadLetterRecord:
    return DeadLetterRecord(
        receipt=UUID(bytes=receipt),
        form=form,
        index=index,
        received_at=received_at,
        failed_at=failed_at,
        attempts=attempts,
        status=status,
        error_type=error_type,
        reason=reason,
    )
