"""What a spool still knows of submissions it has delivered, read beside a running service.

Everything is read in pages, each by a connection of its own: a reader that stays for long keeps
SQLite from bringing its log to an end.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import apsw

from service.spool.connection import open_for_reading
from service.spool.damage import UNREADABLE, explain_unreadable
from service.spool.form_counts import FormCount

_DELIVERED = """
SELECT seq, receipt, form, index_name, finished_at, digest, size
FROM submission INDEXED BY submission_delivered
WHERE state = 1 AND finished_at >= ?1 AND (finished_at, seq) > (?1, ?2) AND finished_at <= ?3
ORDER BY finished_at, seq LIMIT ?4
"""
_DEAD = """
SELECT form, count(*) FROM submission INDEXED BY submission_dead WHERE state = 2 GROUP BY form
"""
_COUNTS = "SELECT form, accepted, waiting, delivered, elsewhere FROM form_count ORDER BY form"

_Row = tuple[int, bytes, str, str, int, bytes | None, int]


class SpoolUnreadable(Exception):
    """The spool file cannot be read; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredReceipt:
    """A submission that the store acknowledged, at `delivered_at` (ms since the epoch, UTC).

    `digest` is that of its document; None for what an older format delivered.
    """

    receipt: UUID
    form: str
    index: str
    delivered_at: int
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class Place:
    """How far the reading came: behind this row. The first one is in front of all."""

    delivered_at: int = 0
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Receipts in the order in which they were delivered; after the last of them is `end`."""

    receipts: Sequence[DeliveredReceipt]
    end: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLife:
    """What one spool counted of a form, ever; and how many of its submissions are set aside now."""

    count: FormCount
    dead: int


class ReceiptReader:
    """Reads one spool file. Every call blocks, and may raise SpoolUnreadable."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def delivered(
        self, after: Place, *, until_ms: int, most_rows: int, most_bytes: int
    ) -> Page | None:
        """The next receipts delivered until a moment, whose documents had about `most_bytes` at
        most, but at least one; None where there is no more."""
        with self._open() as connection:
            bindings = (after.delivered_at, after.seq, until_ms, most_rows)
            rows: list[_Row] = list(connection.execute(_DELIVERED, bindings))
        receipts: list[DeliveredReceipt] = []
        end, taken = after, 0
        for seq, receipt, form, index, delivered_at, digest, size in rows:
            taken += size
            if receipts and taken > most_bytes:
                break
            end = Place(delivered_at, seq)
            receipts.append(
                DeliveredReceipt(
                    receipt=UUID(bytes=receipt),
                    form=form,
                    index=index,
                    delivered_at=delivered_at,
                    digest=digest,
                )
            )
        return Page(receipts=receipts, end=end) if receipts else None

    def lives(self) -> Mapping[str, FormLife]:
        """Every form that this spool ever took a submission of."""
        with self._open() as connection:
            return read_lives(connection)

    def _open(self) -> AbstractContextManager[apsw.Connection]:
        return opened_for_reading(self._path)


def read_lives(connection: apsw.Connection) -> Mapping[str, FormLife]:
    """Every form that a spool ever took a submission of."""
    dead: dict[str, int] = {str(form): rows for form, rows in connection.execute(_DEAD)}
    return {
        form: FormLife(
            count=FormCount(
                accepted=accepted, waiting=waiting, delivered=delivered, elsewhere=elsewhere
            ),
            dead=dead.get(form, 0),
        )
        for form, accepted, waiting, delivered, elsewhere in connection.execute(_COUNTS)
    }


@contextmanager
def opened_for_reading(path: Path) -> Iterator[apsw.Connection]:
    """A connection to a spool file; what goes wrong with it raises SpoolUnreadable."""
    try:
        with closing(open_for_reading(path)) as connection:
            yield connection
    except UNREADABLE as error:
        raise SpoolUnreadable(explain_unreadable(path, error)) from error
