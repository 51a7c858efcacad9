"""What is said, and done, where the disk does not give back what was written."""

from collections.abc import Sequence
from pathlib import Path

import apsw
import structlog

from service.observability.metrics import Metrics
from service.spool.ports import DeadLetter
from service.spool.schema import FormatError

_LOG = structlog.get_logger(__name__)

DAMAGED = "damaged"
"""The error type of dead letters whose documents the disk did not give back as they were put."""

_NOT_READ = frozenset(
    {
        apsw.SQLITE_IOERR_READ,
        apsw.SQLITE_IOERR_CORRUPTFS,
        apsw.SQLITE_IOERR_DATA,
    }
)

RECOVERY = (
    "keep the file, and get back what is in it as docs/operations.md says "
    'under "When a spool file is damaged"'
)


def set_aside_damaged(rows: Sequence[int], metrics: Metrics) -> list[DeadLetter]:
    """The verdicts on rows with damaged documents; tells of them and counts them, too."""
    metrics.rows_damaged.inc(len(rows))
    _LOG.error(
        "rows_damaged",
        rows=len(rows),
        message="the disk did not give back these submissions as they were written: they are "
        "dead letters now, all others are delivered; look after the disk",
    )
    return [
        DeadLetter(
            seq=seq,
            status=0,
            error_type=DAMAGED,
            reason="the disk did not give the answers back as they were written",
        )
        for seq in rows
    ]


def is_damage(error: BaseException) -> bool:
    """Whether the file itself is damaged, which no restart mends."""
    return isinstance(error, (apsw.CorruptError, apsw.NotADBError))


def is_unreadable(error: apsw.Error) -> bool:
    """Whether a part of the file cannot be read, or is not what it was: a page that went bad, or a
    sector under it. The disk may well be sound otherwise."""
    if isinstance(error, apsw.CorruptError):
        return True
    return getattr(error, "extendedresult", 0) in _NOT_READ


UNREADABLE = (apsw.Error, FormatError, UnicodeDecodeError)
"""What reading a spool file may raise; the last where a text is damaged."""


def explain_unreadable(path: Path, error: BaseException) -> str:
    """Why a command cannot read a spool file, and what to do."""
    if is_damage(error):
        return f"{path} is damaged ({error}): {RECOVERY}"
    if isinstance(error, UnicodeDecodeError):  # its text would quote what is there
        return f"{path} is damaged (a text is no UTF-8): {RECOVERY}"
    if isinstance(error, FormatError):
        return str(error)
    if isinstance(error, apsw.CantOpenError | apsw.ReadOnlyError | apsw.PermissionsError):
        return (
            f"{path} cannot be read: {error}; use the service's own user, as whoever reads it must "
            "be able to write to its folder, too"
        )
    return f"{path} cannot be read: {error}"
