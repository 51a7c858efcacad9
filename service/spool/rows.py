"""What may happen to rows once they are there: found, settled, purged. Runs on the writer's thread,
inside its transaction; nothing here commits."""

from collections.abc import Sequence
from uuid import UUID

from service.spool.connection import SpoolConnection, numbers
from service.spool.footprint import ROW_OVERHEAD
from service.spool.form_counts import FormLedger
from service.spool.ports import Ack, DeadLetter, Entry, Retry, State, Verdict
from service.spool.put_rows import ENTRY, entry_of
from service.spool.totals import TotalsLedger


class Rows:
    """The rows of one spool file."""

    def __init__(
        self, connection: SpoolConnection, ledger: TotalsLedger, forms: FormLedger
    ) -> None:
        self._connection = connection
        self._ledger = ledger
        self._forms = forms

    def find(self, receipt: UUID) -> Entry | None:
        """The row with this receipt, without its answers."""
        row = self._connection.execute(
            f"SELECT {ENTRY} FROM submission WHERE receipt = ?",  # noqa: S608 - a constant
            (receipt.bytes,),
        ).fetchone()
        return None if row is None else entry_of(row)

    def settle(self, verdicts: Sequence[Verdict], *, now_ms: int, steady_ms: int) -> None:
        """Write what became of claimed rows.

        `now_ms` is the wall clock, for people; `steady_ms` the spool's clock, from which delays
        count. A row that is not pending any more is left as it is.
        """
        self._acknowledge([one.seq for one in verdicts if isinstance(one, Ack)], now_ms)
        for verdict in verdicts:
            match verdict:
                case Retry():
                    self._connection.execute(
                        "UPDATE submission SET next_attempt = ?, attempts = attempts + ?"
                        " WHERE seq = ? AND state = 0",
                        (
                            steady_ms + round(verdict.delay_seconds * 1000),
                            verdict.refused,
                            verdict.seq,
                        ),
                    )
                case DeadLetter():
                    self._set_aside(verdict, now_ms)

    def _acknowledge(self, delivered: Sequence[int], now_ms: int) -> None:
        """All of them with three statements: see `put_rows` for the reason."""
        if not delivered:
            return
        rows = numbers(delivered)
        finished: list[tuple[str, int, int]] = self._connection.execute(
            "SELECT form, count(*), sum(size) FROM submission"
            " WHERE seq IN carray(?) AND state = 0 GROUP BY form",
            (rows,),
        ).fetchall()  # type: ignore[assignment]  # apsw says no more than that they are rows
        self._connection.execute(
            "UPDATE submission SET state = 1, finished_at = ? WHERE seq IN carray(?) AND state = 0",
            (now_ms, rows),
        )
        self._connection.drop_documents(delivered)
        for form, count, size in finished:
            self._forms.finished(form, count, delivered=True)
            self._ledger.count(State.PENDING, rows=-count, size=-size)
            self._ledger.count(State.DELIVERED, rows=count, size=count * ROW_OVERHEAD)

    def _set_aside(self, verdict: DeadLetter, now_ms: int) -> None:
        row = self._connection.execute(
            "UPDATE submission SET state = 2, finished_at = ?, attempts = attempts + 1,"
            " status = ?, error_type = ?, reason = ?"
            " WHERE seq = ? AND state = 0 RETURNING form, size",
            (now_ms, verdict.status, verdict.error_type, verdict.reason, verdict.seq),
        ).fetchone()
        if row is not None:
            form, size = row
            self._forms.finished(form, 1, delivered=False)
            self._ledger.count(State.PENDING, rows=-1, size=-size)
            self._ledger.count(State.DEAD, rows=1, size=size)

    def purge(self, *, finished_before_ms: int = 0, most_bytes: int, most_rows: int) -> int:
        """Forget delivered rows, the oldest first: those that finished before a moment (wall
        clock, ms), and as many more as it takes to keep at most `most_bytes` of them.

        At most `most_rows` at once, so that commits do not wait long; how many there were.
        """
        surplus_bytes = self._ledger.totals[State.DELIVERED].bytes - most_bytes
        surplus = -(-surplus_bytes // ROW_OVERHEAD)  # in rows, rounded up
        deleted = list(
            self._connection.execute(
                "DELETE FROM submission WHERE seq IN (SELECT seq FROM submission"
                " INDEXED BY submission_delivered WHERE state = 1 AND finished_at < ?"
                " ORDER BY finished_at LIMIT ?) RETURNING seq",
                (
                    finished_before_ms if surplus <= 0 else (1 << 62),
                    most_rows if surplus <= 0 else min(surplus, most_rows),
                ),
            )
        )
        self._ledger.count(State.DELIVERED, rows=-len(deleted), size=-len(deleted) * ROW_OVERHEAD)
        return len(deleted)

    def shrink(self, most_pages: int) -> bool:
        """Give free pages back to the disk, a few at a time; whether there were any."""
        if self._connection.careful:
            return False
        free = self._connection.execute("PRAGMA freelist_count").fetchone()
        # The statement frees a page a step, so it has to be run to its end.
        self._connection.execute(f"PRAGMA incremental_vacuum({most_pages})").fetchall()
        return free is not None and free[0] > 0
