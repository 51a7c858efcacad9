"""Dead letters as rows that are requeued or purged, a bounded number at a time. Runs on the
writer's thread, inside its transaction; nothing here commits."""

from collections.abc import Iterator, Sequence
from typing import Any

from service.spool.connection import SpoolConnection
from service.spool.damage import DAMAGED
from service.spool.form_counts import FormLedger
from service.spool.ports import State
from service.spool.selection import Position, Selection, Step
from service.spool.totals import TotalsLedger

_DEAD = "FROM submission INDEXED BY submission_dead WHERE state = 2"
# What does not fit is read, too, and counts: or a rare form among many would be one long job.
_LOOK_SQL = (
    "SELECT seq, finished_at, (?1 IS NULL OR form = ?1) AND (?2 IS NULL OR error_type = ?2)"
    f" {_DEAD} AND finished_at < ?3 AND (finished_at, seq) > (?4, ?5)"
    " ORDER BY finished_at, seq LIMIT ?6"
)
_ONE_SQL = (
    "SELECT seq, finished_at, (?1 IS NULL OR form = ?1) AND (?2 IS NULL OR error_type = ?2)"
    " AND finished_at < ?3 FROM submission WHERE state = 2 AND receipt = ?4"
)
_REQUEUE_SQL = (
    "UPDATE submission SET state = 0, next_attempt = ?, attempts = 0, finished_at = NULL,"
    " status = NULL, error_type = NULL, reason = NULL WHERE seq = ? AND state = 2"
    " RETURNING index_name, form, size"
)
_PURGE_SQL = "DELETE FROM submission WHERE seq = ? AND state = 2 RETURNING error_type, size"
_FOR_EVER = 1 << 62


class DeadLetterRows:
    """The dead letters of one spool file."""

    def __init__(
        self, connection: SpoolConnection, ledger: TotalsLedger, forms: FormLedger
    ) -> None:
        self._connection = connection
        self._ledger = ledger
        self._forms = forms

    def requeue(
        self, selection: Selection, after: Position, *, most_rows: int, steady_ms: int
    ) -> tuple[Step, frozenset[str]]:
        """Make them pending again; and the indexes they go to."""
        chosen, next_after = self._look(selection, after, most_rows)
        indexes = set()
        for seq in chosen:
            for index, form, size in self._connection.execute(_REQUEUE_SQL, (steady_ms, seq)):
                indexes.add(index)
                self._forms.waits_again(form)
                self._ledger.count(State.DEAD, rows=-1, size=-size)
                self._ledger.count(State.PENDING, rows=1, size=size)
        return Step(changed=len(chosen), after=next_after), frozenset(indexes)

    def purge(self, selection: Selection, after: Position, *, most_rows: int) -> Step:
        """Forget them, with their answers."""
        chosen, next_after = self._look(selection, after, most_rows)
        for seq in chosen:
            gone: list[tuple[Any, ...]] = self._connection.execute(_PURGE_SQL, (seq,)).fetchall()
            for error_type, size in gone:
                self._ledger.count(State.DEAD, rows=-1, size=-size)
                if error_type != DAMAGED:
                    self._connection.drop_documents([seq])
                # A damaged one stays where it is: to free pages that cannot be trusted may damage
                # what is sound, or end the service.
        return Step(changed=len(chosen), after=next_after)

    def _look(
        self, selection: Selection, after: Position, most_rows: int
    ) -> tuple[Sequence[int], Position | None]:
        before = _FOR_EVER if selection.failed_before is None else selection.failed_before
        fits = (selection.form, selection.reason, before)
        if selection.receipt is not None:
            found = _rows(self._connection, _ONE_SQL, (*fits, selection.receipt.bytes))
            return [seq for seq, _, chosen in found if chosen], None
        seen = list(
            _rows(self._connection, _LOOK_SQL, (*fits, after.failed_at, after.seq, most_rows))
        )
        last = Position(failed_at=seen[-1][1], seq=seen[-1][0]) if len(seen) == most_rows else None
        return [seq for seq, _, chosen in seen if chosen], last


def _rows(
    connection: SpoolConnection, sql: str, bindings: Sequence[int | str | bytes | None]
) -> Iterator[tuple[int, int, int]]:
    yield from connection.execute(sql, bindings)
