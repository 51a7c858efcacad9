"""The service on a disk that takes its time. A program: the seconds, then its arguments.

The first write of each commit waits so long: until then nothing of it is anywhere but in memory.
"""

import runpy
import select
import sys

import apsw


def command(seconds: float) -> tuple[str, ...]:
    """How to start one whose commits take so long, and a bit more."""
    return (sys.executable, __file__, str(seconds), "serve")


class _File(apsw.VFSFile):
    def __init__(
        self, seconds: float, usual: str, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        super().__init__(usual, name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or ""
        self._seconds = seconds if path.endswith("spool.db-wal") else 0.0
        self._is_first = True

    def xWrite(self, data: bytes, offset: int) -> None:
        if self._is_first:
            select.select([], [], [], self._seconds)  # libfaketime breaks time.sleep
        self._is_first = False
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._is_first = True


class _Vfs(apsw.VFS):
    def __init__(self, seconds: float) -> None:
        self._usual = apsw.vfs_names()[0]
        self._seconds = seconds
        super().__init__("slow", base=self._usual, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _File(self._seconds, self._usual, name, flags)


if __name__ == "__main__":
    disk = _Vfs(float(sys.argv.pop(1)))
    runpy.run_module("service", run_name="__main__")
