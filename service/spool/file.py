"""An open spool file with everything that works on it. Used on the writer's thread only."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import apsw

from service.spool.beside import Beside
from service.spool.claims import Claims
from service.spool.clock import SteadyClock
from service.spool.connection import SpoolConnection, is_disk_full
from service.spool.damage import RECOVERY, is_damage, is_unreadable
from service.spool.dead_letter_rows import DeadLetterRows
from service.spool.disk import Disk
from service.spool.filesystem import refuse_network
from service.spool.form_counts import FormLedger
from service.spool.limits import Limits
from service.spool.mark import MARK, Mark, read_mark, tell_of_missing
from service.spool.put_rows import PutRows
from service.spool.rows import Rows
from service.spool.slot import SlotDamaged, SlotError
from service.spool.totals import TotalsLedger


class SpoolFile:
    """The connection, and the parts that share it. Made by `open_file`."""

    def __init__(
        self, connection: SpoolConnection, disk: Disk, mark: Mark, patience_seconds: float
    ) -> None:
        self.connection = connection
        self._beside = Beside(connection, patience_seconds)
        self.disk = disk
        self._mark = mark
        self.ledger = TotalsLedger(connection)
        self.forms = FormLedger(connection)
        self.puts = PutRows(connection, self.ledger, self.forms)
        self.rows = Rows(connection, self.ledger, self.forms)
        self.dead_letters = DeadLetterRows(connection, self.ledger, self.forms)
        self.claims = Claims(connection)
        self.pending_at_start = self.claims.pending_indexes()
        self.clock = SteadyClock(not_before_ms=self.claims.latest_attempt() + 1)

    @property
    def taken(self) -> int:
        """How many submissions were ever taken."""
        return sum(count.accepted for count in self.forms.counts.values())

    def commit(self, work: Callable[[], None]) -> None:
        """Run this in one transaction, and commit it.

        Where that meets a part of the file that cannot be read, it is rolled back and run once
        more with care: what was delivered beside a bad page would else be sent again for ever.
        Whatever this raises, nothing of it is committed; SpoolFull while another program writes.
        """
        try:
            self._transact(work)
        except apsw.Error as error:
            if not is_unreadable(error):
                raise
            with suppress(apsw.SQLError):  # SQLite may have rolled back by itself
                self.connection.execute("ROLLBACK")
            self.connection.careful = True
            try:
                self._transact(work)
            finally:
                self.connection.careful = False

    def _transact(self, work: Callable[[], None]) -> None:
        self._beside.begin()
        self.ledger.begin()
        self.forms.begin()
        work()
        self.ledger.store()
        self.forms.store()
        self.connection.execute("COMMIT")

    def note_taken(self) -> None:
        """After a commit: put down how many were taken."""
        self._mark.write(self.taken)

    def shorten_log(self) -> None:
        """After a commit: bring the log to its place where it has grown long."""
        self.connection.checkpoint_beyond(self.disk.burst_pages)

    def make_way(self) -> None:
        """After a write that found the disk full, and was rolled back: make room to go on."""
        self.disk.ran_full()
        self.connection.checkpoint()

    def close(self) -> None:
        """See `SpoolConnection.close`."""
        self._mark.close()
        self.connection.close()

    def abandon(self) -> None:
        """See `SpoolConnection.abandon`."""
        self._mark.close()
        self.connection.abandon()


def open_file(path: Path, limits: Limits) -> SpoolFile:
    """Open a spool file, made where missing; on a full disk with the room of the reserve.

    Raises SlotError where that is not enough, where the folder is on a network file system and
    where the file is damaged; FormatError or apsw.Error where it cannot be opened for another
    reason.
    """
    refuse_network(path.parent)
    disk = Disk(path.parent, limits)
    try:
        connection = _connect(path, disk)
        disk.prepare()
        return _open(path, connection, disk, limits)
    except apsw.Error as error:
        if is_damage(error):
            raise SlotDamaged(f"{path} is damaged ({error}): {RECOVERY}") from error
        if not is_disk_full(error):
            raise
        raise SlotError(
            f"the disk under {path.parent} is full: free some space, and start again"
        ) from error


def _open(path: Path, connection: SpoolConnection, disk: Disk, limits: Limits) -> SpoolFile:
    marked = read_mark(path.with_name(MARK))
    mark = Mark(path.with_name(MARK))
    try:
        file = SpoolFile(connection, disk, mark, limits.oldest_seconds)
    except BaseException:
        mark.close()
        connection.close()
        raise
    if (missing := marked - file.taken) > 0:
        tell_of_missing(path, missing)
    mark.write(file.taken)
    return file


def _connect(path: Path, disk: Disk) -> SpoolConnection:
    try:
        return SpoolConnection(path)
    except apsw.Error as error:
        if not is_disk_full(error) or not disk.give_up_reserve():
            raise
    return SpoolConnection(path)
