"""Getting back what is in a damaged spool file: row by row, into a new one.

A copy is worked on. Where its beginning is no database, that of a new spool file is put in its
place: all spool files of one format begin alike. Each row is then read by itself, and what the
digests say to be whole is put into the new file as it was put into the old.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import apsw

from service.spool import schema
from service.spool.digest import is_whole
from service.spool.file import SpoolFile, open_file
from service.spool.footprint import PAGE
from service.spool.form_counts import FormCounts
from service.spool.limits import Limits
from service.spool.mark import MARK, read_mark
from service.spool.ports import DeadLetter, State
from service.spool.salvaged_counts import read_counts
from service.submission import Submission

_HEADER = 100
_PAGES_AT, _FREE_PAGES_AT = slice(28, 32), slice(32, 40)  # in the header: its format, section 1.3
_AT_ONCE = 1_000
_ROW_SQL = (
    "SELECT receipt, form, index_name, submission_key, received_at, state, status, error_type,"
    " reason, digest, finished_at FROM submission NOT INDEXED WHERE seq = ?"
)
_DOCUMENT_SQL = "SELECT body FROM document WHERE seq = ?"


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


class Unsalvageable(Exception):
    """Nothing can be read from the file by these means."""


def salvage(damaged: Path, new: Path) -> Salvage:
    """Put what is whole in a damaged file into a new one; the damaged one is only read.

    Raises Unsalvageable, or what `open_file` raises.
    """
    if new.exists():
        raise Unsalvageable(f"{new} is there already: name a file that is not")
    found = Salvage()
    try:
        with closing(open_file(new, Limits())) as file:
            _copy_rows(damaged, file, new, found)
    except BaseException:
        for name in (new.name, f"{new.name}-wal", f"{new.name}-shm", MARK):
            new.with_name(name).unlink(missing_ok=True)
        raise
    return found


def _copy_rows(damaged: Path, file: SpoolFile, new: Path, found: Salvage) -> None:
    file.connection.checkpoint()
    copy = new.with_name(f"{new.name}.copy")
    try:
        with closing(_open(damaged, copy, new.read_bytes()[:PAGE])) as connection:
            last = max(_last(connection), read_mark(damaged.with_name(MARK)))
            rows = _read(connection, last, found)
            while group := list(islice(rows, _AT_ONCE)):
                _put(file, group, found)
            _count(file, read_counts(connection, found.delivered, most=last))
    finally:
        for leftover in copy.parent.glob(f"{copy.name}*"):
            leftover.unlink()


def _put(file: SpoolFile, group: Sequence[Found], found: Salvage) -> None:
    def put() -> None:
        for one in group:
            file.puts.put(one.submission)
            found.waiting += one.dead is None
            found.dead += one.dead is not None
            if one.dead is not None:
                verdict = replace(one.dead, seq=found.waiting + found.dead)
                file.rows.settle([verdict], now_ms=one.failed_at, steady_ms=0)

    _commit(file, put)


def _count(file: SpoolFile, counts: FormCounts) -> None:
    def count() -> None:
        for form, past in counts.items():
            file.forms.had(form, past)

    _commit(file, count)


def _commit(file: SpoolFile, work: Callable[[], None]) -> None:
    file.commit(work)
    file.ledger.committed()
    file.forms.committed()
    file.after_commit()


def _open(damaged: Path, copy: Path, beginning: bytes) -> apsw.Connection:
    for length in (0, _HEADER, PAGE):
        for suffix in ("", "-wal"):
            source = damaged.with_name(damaged.name + suffix)
            if source.exists():
                shutil.copyfile(source, copy.with_name(copy.name + suffix))
        if length:
            _graft(copy, beginning, length)
        connection = apsw.Connection(str(copy))
        try:
            schema.create_or_check(connection)
            connection.execute("SELECT seq FROM submission WHERE seq = 1").fetchall()
        except (apsw.Error, schema.FormatError):
            connection.close()
        else:
            return connection
    raise Unsalvageable(f"{damaged} cannot be read, not even with a new beginning")


def _graft(copy: Path, beginning: bytes, length: int) -> None:
    header = bytearray(beginning[:length])
    header[_PAGES_AT] = (copy.stat().st_size // PAGE).to_bytes(4, "big")
    header[_FREE_PAGES_AT] = bytes(8)  # those that are free are lost to the copy, which is no loss
    with copy.open("r+b") as file:
        file.write(header)


def _last(connection: apsw.Connection) -> int:
    last = 0
    for statement in ("SELECT max(seq) FROM submission", "SELECT max(seq) FROM document"):
        try:
            row = connection.execute(statement).fetchone()
        except apsw.CorruptError:
            continue
        last = max(last, (row and row[0]) or 0)
    return last


def _read(connection: apsw.Connection, last: int, found: Salvage) -> Iterator[Found]:
    for seq in range(1, last + 1):
        try:
            row = connection.execute(_ROW_SQL, (seq,)).fetchone()
            known = True
        except apsw.CorruptError:
            row, known = None, False
        if row is not None and row[5] == State.DELIVERED:
            found.delivered[row[1]] += 1
            continue
        try:
            body = connection.execute(_DOCUMENT_SQL, (seq,)).fetchone()
        except apsw.CorruptError:
            body = None
        if row is not None and body is not None and is_whole(row[0], body[0], row[9]):
            yield _found(row, body[0])
        elif row is None and body is not None:
            found.unplaced.append(body[0])
        elif row is not None or not known:
            found.lost += 1


def _found(row: tuple[Any, ...], document: bytes) -> Found:
    receipt, form, index, key, received_at, state, status, error_type, reason, _, finished_at = row
    return Found(
        submission=Submission(
            receipt=UUID(bytes=receipt),
            form=form,
            index=index,
            key=key,
            received_at=received_at,
            document=document,
        ),
        dead=DeadLetter(seq=0, status=status, error_type=error_type, reason=reason)
        if state == State.DEAD
        else None,
        failed_at=finished_at or 0,
    )
