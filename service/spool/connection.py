"""One connection to a spool file: durable, read back to be sure, and bound to one thread."""

import errno
import threading
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw
import structlog

from service.spool import schema

Bindings = Sequence[Any] | Mapping[str, Any]
"""What SQLite stores, and arrays of it (`apsw.carray`, whose type has no name at run time)."""

_INCREMENTAL = 2
_SYNCHRONOUS_FULL = 2
_OPENING_SECONDS = 5.0
_WAL_BYTES_KEPT = 64 * 1024 * 1024


_WITH_RESET_FIX = (3, 51, 3)
_LOG = structlog.get_logger(__name__)


class WrongThreadError(RuntimeError):
    """A connection was used off the thread that opened it: that would block the event loop."""


class SpoolConnection:
    """An open spool file. Only the thread that made it may use it.

    A commit returns after an fsync: WAL with `synchronous=FULL`, both read back here, because a
    build or a file system can refuse either silently.
    """

    def __init__(self, path: Path) -> None:
        self._owner = threading.get_ident()
        warn_of_old_sqlite(apsw.sqlite_lib_version())
        self._connection = apsw.Connection(str(path))
        self._pages_in_log = 0
        self.careful = False
        """Set where a part of the file cannot be read: only what has to be done is done."""
        try:
            with self._quota_as_full():
                self._configure(path)
        except BaseException:
            self._connection.close()
            raise

    def _configure(self, path: Path) -> None:
        connection = self._connection
        path.chmod(0o600)
        self.wait_for_others(_OPENING_SECONDS)
        # Only an empty file takes it, and where it has it, to say so again is a write all the same.
        if connection.pragma("auto_vacuum") != _INCREMENTAL:
            connection.pragma("auto_vacuum", _INCREMENTAL)
        journal = connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "full")
        synchronous = connection.pragma("synchronous")
        if journal != "wal" or synchronous != _SYNCHRONOUS_FULL:
            raise schema.FormatError(
                f"{path} cannot be made durable: journal_mode is {journal}, synchronous is "
                f"{synchronous}; WAL needs a local file system"
            )
        connection.pragma("journal_size_limit", _WAL_BYTES_KEPT)
        connection.pragma("secure_delete", "fast")
        schema.create_or_check(connection)
        # In the place of SQLite's own checkpoints, which fail without a word.
        connection.set_wal_hook(self._count_log)

    def _count_log(self, _connection: apsw.Connection, _database: str, pages: int) -> int:
        self._pages_in_log = pages
        return apsw.SQLITE_OK

    def wait_for_others(self, seconds: float) -> None:
        """How long from now on a lock of another program is waited for."""
        self._connection.set_busy_timeout(round(seconds * 1000))

    def execute(self, sql: str, bindings: Bindings = ()) -> apsw.Cursor:
        """Run one statement; raises WrongThreadError off the owning thread."""
        if threading.get_ident() != self._owner:
            raise WrongThreadError("a spool connection belongs to the thread that opened it")
        try:
            return self._connection.execute(sql, bindings)
        except apsw.IOError as error:
            self._raise_where_over_quota(error)
            raise

    def change(self, sql: str, bindings: Bindings) -> int:
        """Run one statement that changes rows, as `execute`; how many it changed."""
        self.execute(sql, bindings)
        return self._connection.changes()

    def drop_documents(self, rows: Sequence[int]) -> None:
        """Give back the room of documents. With care they stay: their neighbours would be moved."""
        if not self.careful:
            self.execute("DELETE FROM document WHERE seq IN carray(?)", (numbers(rows),))

    def checkpoint_beyond(self, pages: int) -> None:
        """Bring what is in the log to its place where there are more pages in it than this.

        Left to the next time where another process is at it. Raises apsw.Error: what was committed
        is safe in the log all the same.
        """
        if self._pages_in_log > pages:
            with suppress(apsw.BusyError, apsw.LockedError), self._quota_as_full():
                self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)

    def checkpoint(self) -> None:
        """Bring what is in the log to its place, and give the log's room back to the disk.

        Does what can be done: on a full disk or beside a reader that is not always all.
        """
        try:
            with self._quota_as_full():
                self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except (apsw.BusyError, apsw.LockedError):
            pass
        except apsw.Error as error:
            if not is_disk_full(error):
                raise

    @contextmanager
    def _quota_as_full(self) -> Iterator[None]:
        try:
            yield
        except apsw.IOError as error:
            self._raise_where_over_quota(error)
            raise

    def _raise_where_over_quota(self, error: apsw.IOError) -> None:
        # SQLite takes ENOSPC only for a full disk. A write over a quota wrote nothing either.
        if (
            getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_WRITE
            and self._connection.system_errno == errno.EDQUOT
        ):
            raise apsw.FullError("the quota of this user is used up") from error

    def close(self) -> None:
        """Checkpoint and close; what was committed is in the file."""
        self._connection.close()

    def abandon(self) -> None:
        """Close, and write nothing more; what was committed is in the log at least."""
        self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        self._connection.close()


def numbers(rows: Sequence[int]) -> object:
    """An array to bind, of one number at least."""
    return apsw.carray(array("q", rows))


def warn_of_old_sqlite(version: str) -> None:
    """Log where this SQLite can spoil a file that two connections use: a command beside us does."""
    if tuple(map(int, version.split("."))) < _WITH_RESET_FIX:
        _LOG.warning(
            "old_sqlite",
            version=version,
            message="SQLite before 3.51.3 has the WAL-reset bug, which can damage a database that "
            "two connections write or checkpoint at the same time: install a newer apsw",
        )


def is_disk_full(error: apsw.Error) -> bool:
    """Whether there was no room, for the file or for the memory it shares with its readers."""
    return (
        isinstance(error, apsw.FullError)
        or getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE
    )


def open_for_reading(path: Path) -> apsw.Connection:
    """A read-only connection for a command beside a running service, or without one.

    Raises apsw.CantOpenError where there is no such file.
    """
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(5_000)
    found = connection.pragma("user_version")
    if found != schema.VERSION:
        connection.close()
        raise schema.FormatError(_explain_format(path, found))
    return connection


def _explain_format(path: Path, found: int) -> str:
    if found > schema.VERSION:
        do = "use the newer version that wrote it"
    elif found > 0:
        do = "start the service once, which brings it up to date"
    else:
        do = "it is empty or damaged; a start of the service says which"
    return f"{path} has format {found}, and this Formwell reads {schema.VERSION}: {do}"
