"""A disk, below SQLite, where one operation fails: the nth write, sync, truncation or opening."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial

import apsw

from tests.odd_disk import FileName, OddDisk


class Operation(StrEnum):
    """What is counted, and can fail."""

    WRITE = "write"
    SYNC = "sync"
    TRUNCATE = "truncate"
    OPEN = "open"


class FailingDisk:
    """`fail` says which operation fails, and with what. Nothing waits for the real disk.

    `done_since` has what was done after it failed.
    """

    def __init__(self) -> None:
        self._operation: Operation | None = None
        self._left = 0
        self._error: type[apsw.Error] = apsw.IOError
        self.failed = False
        self.done_since: list[Operation] = []

    def fail(self, operation: Operation, nth: int, error: type[apsw.Error]) -> None:
        """The nth operation of this kind from now on fails; those after it do not."""
        self._operation, self._left, self._error = operation, nth, error
        self.failed = False
        self.done_since = []

    def heal(self) -> None:
        """Nothing fails any more."""
        self._operation = None

    def meet(self, operation: Operation) -> None:
        """One is about to be done."""
        if self.failed:
            self.done_since.append(operation)
        if operation is not self._operation:
            return
        self._left -= 1
        if self._left == 0:
            self.failed = True
            raise self._error(f"the disk failed to {operation}")


class _File(apsw.VFSFile):
    def __init__(self, disk: FailingDisk, usual: str, name: FileName, flags: list[int]) -> None:
        disk.meet(Operation.OPEN)
        super().__init__(usual, name, flags)
        self._disk = disk

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.meet(Operation.WRITE)
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._disk.meet(Operation.TRUNCATE)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        self._disk.meet(Operation.SYNC)


@contextmanager
def failing_disk() -> Iterator[FailingDisk]:
    """Every database opened inside is on such a disk."""
    disk = FailingDisk()
    with OddDisk(partial(_File, disk)):
        yield disk
