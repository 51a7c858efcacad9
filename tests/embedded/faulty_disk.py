"""A disk that runs full or fails on demand, below SQLite: what no file system does when asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import apsw


class FaultyDisk:
    """The switch: `write` and `sync` raise what is set here before they touch the real file."""

    def __init__(self) -> None:
        self.on_write: Callable[[], Exception] | None = None
        self.on_sync: Callable[[], Exception] | None = None


class _File(apsw.VFSFile):
    def __init__(
        self,
        disk: FaultyDisk,
        usual: str,
        name: str | apsw.URIFilename | None,
        flags: list[int],
    ) -> None:
        super().__init__(usual, name, flags)
        self._disk = disk

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        if self._disk.on_write is not None:
            raise self._disk.on_write()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._disk.on_sync is not None:
            raise self._disk.on_sync()
        super().xSync(flags)


class _Vfs(apsw.VFS):
    def __init__(self, disk: FaultyDisk, usual: str) -> None:
        super().__init__("faulty", base=usual, makedefault=True)
        self._disk = disk
        self._usual = usual

    def xOpen(  # noqa: N802
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        return _File(self._disk, self._usual, name, flags)


@contextmanager
def faulty_disk() -> Iterator[FaultyDisk]:
    """Every file opened inside is on such a disk."""
    usual = apsw.vfs_names()[0]
    disk = FaultyDisk()
    vfs = _Vfs(disk, usual)
    try:
        yield disk
    finally:
        apsw.set_default_vfs(usual)
        vfs.unregister()
