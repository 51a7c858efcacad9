"""A disk, below SQLite, that has room only where a test says so."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import apsw

from tests.odd_disk import FileName, OddDisk, path_of

IsFull = Callable[[str, int], bool]


class CrowdedDisk:
    """The switch: `is_full` is asked before each write, with the file's name and where the write
    ends in it, in bytes. With `by_quota` it is full for this user only."""

    def __init__(self) -> None:
        self.is_full: IsFull = lambda _name, _end: False
        self.by_quota = False


class _File(apsw.VFSFile):
    def __init__(self, disk: CrowdedDisk, usual: str, name: FileName, flags: list[int]) -> None:
        super().__init__(usual, name, flags)
        self._disk = disk
        self._path = path_of(name)

    def xWrite(self, data: bytes, offset: int) -> None:
        if self._disk.is_full(self._path, offset + len(data)):
            if self._disk.by_quota:
                raise apsw.exception_for(apsw.SQLITE_IOERR_WRITE)
            raise apsw.FullError("no room")
        super().xWrite(data, offset)


class _CrowdedVfs(OddDisk):
    def __init__(self, disk: CrowdedDisk) -> None:
        self._disk = disk
        super().__init__(partial(_File, disk))

    def xGetLastError(self) -> tuple[int, str]:
        return (errno.EDQUOT if self._disk.by_quota else errno.EIO), ""


@contextmanager
def crowded_disk() -> Iterator[CrowdedDisk]:
    """Every file opened inside is on such a disk."""
    disk = CrowdedDisk()
    with _CrowdedVfs(disk):
        yield disk
