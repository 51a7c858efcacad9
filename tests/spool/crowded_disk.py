"""A disk, below SQLite, that has room only where a test says so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import apsw

from tests.odd_disk import FileName, OddDisk, path_of

IsFull = Callable[[str, int], bool]


class CrowdedDisk:
    """The switch: `is_full` is asked before each write, with the file's name and where the write
    ends in it, in bytes."""

    def __init__(self) -> None:
        self.is_full: IsFull = lambda _name, _end: False


class _File(apsw.VFSFile):
    def __init__(self, disk: CrowdedDisk, usual: str, name: FileName, flags: list[int]) -> None:
        super().__init__(usual, name, flags)
        self._disk = disk
        self._path = path_of(name)

    def xWrite(self, data: bytes, offset: int) -> None:
        if self._disk.is_full(self._path, offset + len(data)):
            raise apsw.FullError("no room")
        super().xWrite(data, offset)


@contextmanager
def crowded_disk() -> Iterator[CrowdedDisk]:
    """Every file opened inside is on such a disk."""
    disk = CrowdedDisk()
    with OddDisk(partial(_File, disk)):
        yield disk
