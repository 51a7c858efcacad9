"""Getting back what is in a damaged spool file: row by row, into a new one.

A copy is worked on. Where its beginning is no database, that of a new spool file is put in its
place: all spool files of one format begin alike. Each row is then read by itself, and what is whole
is put into the new file as it was put into the old.
"""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import apsw

from service.spool import schema
from service.spool.file import SpoolFile, open_file
from service.spool.footprint import PAGE
from service.spool.form_counts import FormCounts
from service.spool.limits import Limits
from service.spool.mark import MARK, read_mark
from service.spool.ports import KeyTaken
from service.spool.salvaged_counts import read_counts
from service.spool.salvaged_rows import Found, Salvage, last_row, read_rows
from service.submission import Submission

_HEADER = 100
_PAGES_AT, _FREE_PAGES_AT = slice(28, 32), slice(32, 40)  # in the header: its format, section 1.3
_AT_ONCE = 1_000


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
            last = max(last_row(connection), read_mark(damaged.with_name(MARK)))
            rows = read_rows(connection, last, found)
            while group := list(islice(rows, _AT_ONCE)):
                _put(file, group, found)
            _count(file, read_counts(connection, found.delivered, most=last))
    finally:
        for leftover in copy.parent.glob(f"{copy.name}*"):
            leftover.unlink()


def _put(file: SpoolFile, group: Sequence[Found], found: Salvage) -> None:
    def put() -> None:
        for one in group:
            _put_one(file, one.submission)
            found.waiting += one.dead is None
            found.dead += one.dead is not None
            if one.dead is not None:
                verdict = replace(one.dead, seq=found.waiting + found.dead)
                file.rows.settle([verdict], now_ms=one.failed_at, steady_ms=0)

    _commit(file, put)


def _put_one(file: SpoolFile, submission: Submission) -> None:
    try:
        file.puts.put(submission)
    except KeyTaken:  # one of the two was damaged, and nobody knows which
        file.puts.put(replace(submission, key=submission.receipt.hex))


def _count(file: SpoolFile, counts: FormCounts) -> None:
    def count() -> None:
        for form, past in counts.items():
            file.forms.had(form, past)

    _commit(file, count)


def _commit(file: SpoolFile, work: Callable[[], None]) -> None:
    file.commit(work)
    file.ledger.committed()
    file.forms.committed()
    file.note_taken()
    file.shorten_log()


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
