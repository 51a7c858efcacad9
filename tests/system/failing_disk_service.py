"""The service on a disk that fails once, at a word. A program: what fails, a path, its arguments.

The word is a file at that path. The next sync or write of a spool file, whichever is to fail, takes
it away and fails; all later ones pass, as they do on a disk where the kernel has dropped the pages
it could not write.
"""

import runpy
import sys
from enum import StrEnum
from pathlib import Path

import apsw


class Operation(StrEnum):
    """What can fail."""

    SYNC = "sync"
    WRITE = "write"


def command(operation: Operation, word: Path) -> tuple[str, ...]:
    """How to start one where this fails once the file is there."""
    return (sys.executable, __file__, operation, str(word), "serve")


class _File(apsw.VFSFile):
    def __init__(
        self, vfs: "_Vfs", usual: str, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        super().__init__(usual, name, flags)
        self._vfs = vfs
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or ""
        self._is_of_spool = "spool.db" in path

    def xSync(self, flags: int) -> None:
        self._fail_if_told(Operation.SYNC)
        super().xSync(flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._fail_if_told(Operation.WRITE)
        super().xWrite(data, offset)

    def _fail_if_told(self, operation: Operation) -> None:
        if not self._is_of_spool or operation is not self._vfs.operation:
            return
        try:
            self._vfs.word.unlink()
        except FileNotFoundError:
            return
        raise apsw.IOError(f"the disk failed to {operation}")


class _Vfs(apsw.VFS):
    def __init__(self, operation: Operation, word: Path) -> None:
        self._usual = apsw.vfs_names()[0]
        self.operation = operation
        self.word = word
        super().__init__("failing", base=self._usual, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _File(self, self._usual, name, flags)


if __name__ == "__main__":
    disk = _Vfs(Operation(sys.argv.pop(1)), Path(sys.argv.pop(1)))
    runpy.run_module("service", run_name="__main__")
