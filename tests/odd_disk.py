"""Disks of a test's own, below SQLite: what their VFSes have in common."""

from collections.abc import Callable
from typing import Self

import apsw

FileName = str | apsw.URIFilename | None
OpenFile = Callable[[str, FileName, list[int]], apsw.VFSFile]
"""Takes what an `apsw.VFSFile` takes: the VFS below, the file's name, the flags."""


class OddDisk(apsw.VFS):
    """The usual disk, except for what is odd about its files; inside `with`, SQLite's own."""

    def __init__(self, open_file: OpenFile) -> None:
        self._usual = apsw.vfs_names()[0]
        self._open_file = open_file
        super().__init__("odd", base=self._usual, makedefault=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        apsw.set_default_vfs(self._usual)
        self.unregister()

    def xOpen(self, name: FileName, flags: list[int]) -> apsw.VFSFile:
        return self._open_file(self._usual, name, flags)


def path_of(name: FileName) -> str:
    """Where the file is; empty for a temporary one."""
    return name.filename() if isinstance(name, apsw.URIFilename) else name or ""
