"""Dead letters and totals, read beside a running service through a read-only connection."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import apsw

from service.spool.ports import State
from service.spool.totals import Total, Totals

_COLUMNS = (
    "receipt, form, index_name, received_at, finished_at, attempts, status, error_type, reason"
)


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
    connection: apsw.Connection, *, form: str | None = None
) -> Iterator[DeadLetterRecord]:
    """All dead letters, or those of a form, in the order in which they failed."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM submission INDEXED BY submission_dead"  # noqa: S608 - constants
        " WHERE state = 2 AND (?1 IS NULL OR form = ?1) ORDER BY finished_at, seq",
        (form,),
    )
    for row in rows:
        yield _record(row)


def show_dead_letter(
    connection: apsw.Connection, receipt: UUID
) -> tuple[DeadLetterRecord, bytes] | None:
    """One dead letter and its document; None where there is no dead letter of this receipt."""
    row = connection.execute(
        f"SELECT {_COLUMNS}, body FROM submission JOIN document USING (seq)"  # noqa: S608 - constants
        " WHERE receipt = ? AND state = 2",
        (receipt.bytes,),
    ).fetchone()
    return None if row is None else (_record(row[:-1]), row[-1])


def read_totals(connection: apsw.Connection) -> Totals:
    """Rows and bytes in each state."""
    rows = connection.execute("SELECT state, rows, bytes FROM total")
    return {State(state): Total(rows=count, bytes=size) for state, count, size in rows}


def _record(
    row: tuple[bytes, str, str, int, int, int, int, str | None, str | None],
) -> DeadLetterRecord:
    receipt, form, index, received_at, failed_at, attempts, status, error_type, reason = row
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
