"""Submissions put into the file, many of them with one statement.

A statement of Python's waits for the interpreter's lock at its beginning and its end, and beside a
busy event loop each of these waits can take longer than the fsync. Within a statement nothing needs
the lock: SQLite reads what it binds here as arrays (the carray extension). So a group of any size
costs as many waits as one submission.

Runs on the writer's thread, inside its transaction; nothing here commits.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID

import apsw

from service.spool.connection import SpoolConnection
from service.spool.digest import digest_of
from service.spool.footprint import footprint
from service.spool.form_counts import FormLedger
from service.spool.ports import Accepted, Entry, FormFull, KeyTaken, State
from service.spool.totals import TotalsLedger
from service.submission import Submission

ENTRY = "receipt, form, index_name, received_at, state"
"""The columns that `entry_of` reads."""

_BY_KEY = f"SELECT {ENTRY} FROM submission WHERE submission_key = ? AND form = ?"  # noqa: S608 - a constant

# Arrays cannot be joined without building an index of each, so what has a fixed width stands in one
# blob, of which each row takes its part. An array's rowid counts from 1.
_TIME, _SIZE, _HASH = 15, 12, 16
_INSERT = f"""
INSERT INTO submission (
    seq, submission_key, form, index_name, received_at, size, receipt, digest,
    state, next_attempt, attempts
)
SELECT
    :before + rowid, value, :form, :index,
    CAST(substr(:times, {_TIME} * rowid - {_TIME - 1}, {_TIME}) AS INTEGER),
    CAST(substr(:sizes, {_SIZE} * rowid - {_SIZE - 1}, {_SIZE}) AS INTEGER),
    substr(:receipts, {_HASH} * rowid - {_HASH - 1}, {_HASH}),
    substr(:digests, {_HASH} * rowid - {_HASH - 1}, {_HASH}),
    0, 0, 0
FROM carray(:keys) WHERE true ON CONFLICT DO NOTHING
"""  # noqa: S608 - numbers of ours
# One may have stayed that nobody waits for any more: see `drop_documents`.
_INSERT_DOCUMENTS = """
INSERT OR REPLACE INTO document (seq, body) SELECT :before + rowid, value FROM carray(:documents)
WHERE :before + rowid IN (SELECT seq FROM submission WHERE seq > :before)
"""


class PutRows:
    """Adds rows to one spool file, and finds those that are there under the same key."""

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
        known = self._connection.execute(_BY_KEY, (submission.key, submission.form)).fetchone()
        if known is not None:
            entry = entry_of(known)
            if entry.receipt != submission.receipt:
                raise KeyTaken("the key was used for other answers")
            return Accepted(entry=entry, repeated=True)
        if self.has_reached(limit, submission.form):
            raise FormFull(f"{submission.form} has the {limit} submissions that it takes")
        accepted = self.put_fresh([submission])
        if not accepted:
            # Two keys with one receipt: somebody searched for a collision of their own hashes.
            raise KeyTaken("the receipt belongs to another submission")
        return accepted[submission.receipt]

    def has_reached(self, limit: int | None, form: str, *, coming: int = 1) -> bool:
        """Whether a form would be beyond its limit with as many more."""
        return limit is not None and self._forms.of(form).total + coming > limit

    def put_fresh(self, submissions: Sequence[Submission]) -> Mapping[UUID, Accepted]:
        """Add those whose key and receipt are not there yet, by receipt; of the others nothing."""
        added: dict[UUID, Accepted] = {}
        for (form, index), group in groupby(submissions, key=lambda one: (one.form, one.index)):
            added.update(self._add(form, index, list(group)))
        return added

    def _add(self, form: str, index: str, group: Sequence[Submission]) -> Mapping[UUID, Accepted]:
        before, self._last_seq = self._last_seq, self._last_seq + len(group)
        sizes = [footprint(len(one.document)) for one in group]
        inserted = self._connection.change(
            _INSERT,
            {
                "before": before,
                "form": form,
                "index": index,
                "times": b"".join([b"%*d" % (_TIME, one.received_at) for one in group]),
                "sizes": b"".join([b"%*d" % (_SIZE, size) for size in sizes]),
                "receipts": b"".join([one.receipt.bytes for one in group]),
                "digests": b"".join([digest_of(one.document) for one in group]),
                "keys": apsw.carray(tuple([one.key for one in group])),
            },
        )
        fresh = range(len(group)) if inserted == len(group) else self._present(before)
        self._connection.change(
            _INSERT_DOCUMENTS,
            {
                "before": before,
                "documents": apsw.carray(tuple([one.document for one in group])),
            },
        )
        self._ledger.count(State.PENDING, rows=inserted, size=sum(sizes[at] for at in fresh))
        self._forms.accepted(form, inserted)
        return {group[at].receipt: _accepted(group[at]) for at in fresh}

    def _present(self, before: int) -> Sequence[int]:
        """Which of those behind a `seq` are there, counted from 0."""
        rows = self._connection.execute("SELECT seq FROM submission WHERE seq > ?", (before,))
        return [seq - before - 1 for (seq,) in rows]


def entry_of(row: tuple[bytes, str, str, int, int]) -> Entry:
    """The entry that a row is."""
    receipt, form, index, received_at, state = row
    return Entry(
        receipt=UUID(bytes=receipt),
        form=form,
        index=index,
        received_at=received_at,
        state=State(state),
    )


def _accepted(submission: Submission) -> Accepted:
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
