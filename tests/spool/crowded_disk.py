"""A disk, below SQLite, that has room only where a test says so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import apsw

IsFull = Callable[[str, int], bool]


class CrowdedDisk:
    """The switch: `is_full` is asked before each write, with the file's name and where the write
    ends in it, in bytes."""

    def __init__(self) -> None:
        self.is_full: IsFull = lambda _name, _end: False


class _File(apsw.VFSFile):
    def __init__(
        self,
        disk: CrowdedDisk,
        usual: str,
        name: str | apsw.URIFilename | None,
        flags: list[int],
    ) -> None:
        super().__init__(usual, name, flags)
        self._disk = disk
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else name or ""

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        if self._disk.is_full(self._name, offset + len(data)):
            raise apsw.FullError("no room")
        super().xWrite(data, offset)


class _Vfs(apsw.VFS):
    def __init__(self, disk: CrowdedDisk, usual: str) -> None:
        super().__init__("crowded", base=usual, makedefault=True)
        self._disk = disk
        self._usual = usual

    def xOpen(  # noqa: N802
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        return _File(self._disk, self._usual, name, flags)


@contextmanager
def crowded_disk() -> Iterator[CrowdedDisk]:
    """Every file opened inside is on such a disk."""
    usual = apsw.vfs_names()[0]
    disk = CrowdedDisk()
    vfs = _Vfs(disk, usual)
    try:
        yield disk
    finally:
        apsw.set_default_vfs(usual)
        vfs.unregister()
