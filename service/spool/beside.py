"""Another program that writes to the spool file: a shell left open, a backup that locks it.

It is waited for. While it stays, submissions are refused, each sooner than the first; those that
were accepted are kept, and what became of them is written when it has gone.
"""

import apsw
import structlog

from service.spool.connection import SpoolConnection
from service.spool.limits import locked_out

_LOG = structlog.get_logger(__name__)

_QUICK_LOOK_SECONDS = 0.25


class Beside:
    """Begins transactions beside others; used on the writer's thread.

    `patience_seconds`: how long a group waits for somebody who has come.
    """

    def __init__(self, connection: SpoolConnection, patience_seconds: float) -> None:
        self._connection = connection
        self._patience_seconds = patience_seconds
        self._is_there = False
        connection.wait_for_others(patience_seconds)

    def begin(self) -> None:
        """Begin a transaction that writes. Raises SpoolFull where another has one open."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except apsw.BusyError as error:
            self._tell_of(there=True)
            raise locked_out() from error
        self._tell_of(there=False)

    def _tell_of(self, *, there: bool) -> None:
        if there is self._is_there:
            return
        self._is_there = there
        if there:
            _LOG.error(
                "spool_locked",
                waited_seconds=self._patience_seconds,
                message="another program is writing to the spool file: new answers are refused "
                "until it has ended, accepted ones are kept; look for a shell or a backup that has "
                "the file open, as with: fuser spool.db",
            )
        else:
            _LOG.info("spool_unlocked")
        self._connection.wait_for_others(_QUICK_LOOK_SECONDS if there else self._patience_seconds)
