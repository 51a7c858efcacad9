"""A disk that runs full or fails on demand, below SQLite: what no file system does when asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import apsw

from tests.odd_disk import FileName, OddDisk


class FaultyDisk:
    """The switch: `write` and `sync` raise what is set here before they touch the real file."""

    def __init__(self) -> None:
        self.on_write: Callable[[], Exception] | None = None
        self.on_sync: Callable[[], Exception] | None = None


class _File(apsw.VFSFile):
    def __init__(self, disk: FaultyDisk, usual: str, name: FileName, flags: list[int]) -> None:
        super().__init__(usual, name, flags)
        self._disk = disk

    def xWrite(self, data: bytes, offset: int) -> None:
        if self._disk.on_write is not None:
            raise self._disk.on_write()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        if self._disk.on_sync is not None:
            raise self._disk.on_sync()
        super().xSync(flags)


@contextmanager
def faulty_disk() -> Iterator[FaultyDisk]:
    """Every file opened inside is on such a disk."""
    disk = FaultyDisk()
    with OddDisk(partial(_File, disk)):
        yield disk
