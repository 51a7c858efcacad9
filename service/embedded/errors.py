"""What an error of SQLite means in the store's own terms. Pure."""

import apsw

from service.store import StoreError, StoreRefused, StoreUnavailable

DISK_FULL_STATUS = 507  # Insufficient Storage: RFC 4918, 11.5
DISK_FULL = "disk_full"


def store_error(error: apsw.Error) -> StoreError:
    """A full disk is a refusal, to be held; anything else means that nobody knows.

    SQLite's texts name tables, columns and system calls, never values.
    """
    if is_disk_full(error):
        return StoreRefused(
            f"no room on the disk of the embedded store: {error}",
            status=DISK_FULL_STATUS,
            error_type=DISK_FULL,
        )
    if isinstance(error, apsw.NotADBError | apsw.CorruptError):
        return StoreUnavailable(
            "the embedded store's file, embedded.db in FORMWELL_DATA_DIR, is damaged "
            f"({type(error).__name__}: {error}): keep it, and put a backup in its place, or what "
            "SQLite's own .recover makes of it"
        )
    return StoreUnavailable(f"the embedded store failed: {type(error).__name__}: {error}")


def is_disk_full(error: apsw.Error) -> bool:
    """Whether there was no room, for the file or for the memory it shares with its readers."""
    return (
        isinstance(error, apsw.FullError)
        or getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE
    )


def breaks_writing(error: apsw.Error) -> bool:
    """Whether nothing may be written after this error until the file was opened anew.

    After a failed fsync the kernel may have dropped the pages, and a later fsync that succeeds
    proves nothing of them.
    """
    return isinstance(error, apsw.IOError) and not is_disk_full(error)
