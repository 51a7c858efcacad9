"""Opening the embedded store's file: durable, and read back to be sure.

Delivery lets the spool drop its copy once we answered, so a commit here must outlive a power cut
just as one there: WAL with `synchronous=FULL`.
"""

from pathlib import Path

import apsw

from service.embedded import schema
from service.embedded.file import EmbeddedFile

FILE_NAME = "embedded.db"

_BUSY_MILLISECONDS = 5_000  # only a reader that recovers the file after a crash can be in the way
_SYNCHRONOUS_FULL = 2
_WAL_BYTES_KEPT = 64 * 1024 * 1024


def open_file(folder: Path) -> EmbeddedFile:
    """Open for reading and writing; folder and file are made where they are missing.

    Raises schema.FormatError, apsw.Error or OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE_NAME
    path.touch(mode=0o600)
    path.chmod(0o600)  # an older file may be open to others; SQLite gives -wal and -shm the same
    connection = apsw.Connection(str(path))
    try:
        _make_durable(connection, path)
        schema.create_or_check(connection)
        return EmbeddedFile(connection)
    except BaseException:
        connection.close()
        raise


def open_file_for_reading(folder: Path) -> EmbeddedFile:
    """Open beside whoever writes; a file that is missing or still empty reads as an empty store.

    Raises schema.FormatError or apsw.Error.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return _open_empty()
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        connection.set_busy_timeout(_BUSY_MILLISECONDS)
        if schema.version_of(connection) == schema.VERSION:
            return EmbeddedFile(connection)
    except BaseException:
        connection.close()
        raise
    connection.close()
    return _open_empty()


def _open_empty() -> EmbeddedFile:
    connection = apsw.Connection(":memory:")
    schema.create_or_check(connection)
    connection.pragma("query_only", True)
    return EmbeddedFile(connection)


def _make_durable(connection: apsw.Connection, path: Path) -> None:
    connection.set_busy_timeout(_BUSY_MILLISECONDS)
    journal = connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    synchronous = connection.pragma("synchronous")
    if journal != "wal" or synchronous != _SYNCHRONOUS_FULL:
        raise schema.FormatError(
            f"{path} cannot be made durable: journal_mode is {journal}, synchronous is "
            f"{synchronous}; WAL needs a local file system"
        )
    connection.pragma("journal_size_limit", _WAL_BYTES_KEPT)
