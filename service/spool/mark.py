"""How many submissions the spool file had taken, written down beside it after each commit.

It is written only once a commit has returned, and is never synced: it may be behind the file, after
a power cut, and never before it. So where the file knows of fewer, it is not the file it was.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

import structlog

_LOG = structlog.get_logger(__name__)

MARK = "accepted"
"""The file's name."""

_DIGITS = 20
_CONTENT = re.compile(rb"[0-9]{%d}\n" % _DIGITS)


def read_mark(path: Path) -> int:
    """The number in this file; 0 where there is none."""
    with suppress(OSError):
        content = path.read_bytes()[: _DIGITS + 1]
        if _CONTENT.fullmatch(content):
            return int(content)
    return 0


class Mark:
    """The file, open for as long as the spool is. Without room for it, it does nothing."""

    def __init__(self, path: Path) -> None:
        self._descriptor: int | None = None
        with suppress(OSError):
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, taken: int) -> None:
        """Put down the number after a commit."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.pwrite(self._descriptor, b"%0*d\n" % (_DIGITS, taken), 0)

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def tell_of_missing(spool: Path, missing: int) -> None:
    """Say that a spool file has lost submissions since it was last used."""
    _LOG.critical(
        "submissions_missing",
        missing=missing,
        file=str(spool),
        message="the spool file knows of fewer submissions than it had taken: was its -wal file "
        "removed, or an older copy put in its place? What had been delivered is in the store; put "
        "the files back that were there before, if you can, with the service stopped",
    )
