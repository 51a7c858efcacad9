"""What may happen to rows: put, found, settled, requeued, purged. Runs on the writer's thread,
inside its transaction; nothing here commits."""

from collections.abc import Sequence
from uuid import UUID

import apsw

from service.spool.connection import SpoolConnection
from service.spool.digest import digest_of
from service.spool.footprint import ROW_OVERHEAD, footprint
from service.spool.form_counts import FormLedger
from service.spool.ports import (
    Accepted,
    Ack,
    DeadLetter,
    Entry,
    FormFull,
    KeyTaken,
    Retry,
    State,
    Verdict,
)
from service.spool.totals import TotalsLedger
from service.submission import Submission

_ENTRY = "receipt, form, index_name, received_at, state"
_INSERT = """
INSERT INTO submission (
    seq, receipt, submission_key, form, index_name, received_at, size, digest,
    state, next_attempt, attempts
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)
"""


class Rows:
    """The rows of one spool file."""

    def __init__(
        self, connection: SpoolConnection, ledger: TotalsLedger, forms: FormLedger
    ) -> None:
        self._connection = connection
        self._ledger = ledger
        self._forms = forms
        highest = connection.execute("SELECT max(seq) FROM submission").fetchone()
        self._last_seq: int = (highest and highest[0]) or 0

    def put(self, submission: Submission, *, limit: int | None = None) -> Accepted:
        """Add a submission, or find that it is there.

        KeyTaken where the key has other answers, FormFull where it would be beyond the limit.
        """
        known = self._connection.execute(
            f"SELECT {_ENTRY} FROM submission WHERE submission_key = ? AND form = ?",  # noqa: S608 - a constant
            (submission.key, submission.form),
        ).fetchone()
        if known is not None:
            entry = _entry(known)
            if entry.receipt != submission.receipt:
                raise KeyTaken("the key was used for other answers")
            return Accepted(entry=entry, repeated=True)
        if limit is not None and self._forms.of(submission.form).total >= limit:
            raise FormFull(f"{submission.form} has the {limit} submissions that it takes")
        size = footprint(len(submission.document))
        self._insert(submission, size)
        self._ledger.count(State.PENDING, rows=1, size=size)
        self._forms.accepted(submission.form)
        return Accepted(
            entry=Entry(
                receipt=submission.receipt,
                form=submission.form,
                index=submission.index,
                received_at=submission.received_at,
                state=State.PENDING,
            ),
            repeated=False,
        )

    def _insert(self, submission: Submission, size: int) -> None:
        self._last_seq += 1
        try:
            self._connection.execute(
                _INSERT,
                (
                    self._last_seq,
                    submission.receipt.bytes,
                    submission.key,
                    submission.form,
                    submission.index,
                    submission.received_at,
                    size,
                    digest_of(submission.document),
                ),
            )
        except apsw.ConstraintError as error:
            # Two keys with one receipt: somebody searched for a collision of their own hashes.
            raise KeyTaken("the receipt belongs to another submission") from error
        self._connection.execute(
            # One may have stayed that nobody waits for any more: see `drop_document`.
            "INSERT OR REPLACE INTO document (seq, body) VALUES (?, ?)",
            (self._last_seq, submission.document),
        )

    def find(self, receipt: UUID) -> Entry | None:
        """The row with this receipt, without its answers."""
        row = self._connection.execute(
            f"SELECT {_ENTRY} FROM submission WHERE receipt = ?",  # noqa: S608 - a constant
            (receipt.bytes,),
        ).fetchone()
        return None if row is None else _entry(row)

    def settle(self, verdicts: Sequence[Verdict], *, now_ms: int, steady_ms: int) -> None:
        """Write what became of claimed rows.

        `now_ms` is the wall clock, for people; `steady_ms` the spool's clock, from which delays
        count. A row that is not pending any more is left as it is.
        """
        for verdict in verdicts:
            match verdict:
                case Ack():
                    self._finish(
                        State.DELIVERED,
                        "UPDATE submission SET state = 1, finished_at = ?"
                        " WHERE seq = ? AND state = 0 RETURNING seq, form, size",
                        (now_ms, verdict.seq),
                    )
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
                    self._finish(
                        State.DEAD,
                        "UPDATE submission SET state = 2, finished_at = ?, attempts = attempts + 1,"
                        " status = ?, error_type = ?, reason = ?"
                        " WHERE seq = ? AND state = 0 RETURNING seq, form, size",
                        (now_ms, verdict.status, verdict.error_type, verdict.reason, verdict.seq),
                    )

    def _finish(self, state: State, sql: str, bindings: tuple[int | str | None, ...]) -> None:
        row = self._connection.execute(sql, bindings).fetchone()
        if row is not None:
            seq, form, size = row
            self._forms.finished(form, delivered=state is State.DELIVERED)
            self._ledger.count(State.PENDING, rows=-1, size=-size)
            if state is State.DELIVERED:
                self._connection.drop_document(seq)
                size = ROW_OVERHEAD
            self._ledger.count(state, rows=1, size=size)

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


def _entry(row: tuple[bytes, str, str, int, int]) -> Entry:
    receipt, form, index, received_at, state = row
    return Entry(
        receipt=UUID(bytes=receipt),
        form=form,
        index=index,
        received_at=received_at,
        state=State(state),
    )
