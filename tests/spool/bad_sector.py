"""A disk, below SQLite, that cannot read the sector with some bytes in it."""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw


class BadSector:
    """`content`: what cannot be read, where a read would have it; `most`: how often at most."""

    def __init__(self, content: bytes, *, most: int) -> None:
        self._content = content
        self._left = most

    def meet(self, read: bytes) -> None:
        """These bytes are about to be handed over."""
        if self._left and self._content in read:
            self._left -= 1
            raise apsw.exception_for(apsw.SQLITE_IOERR_CORRUPTFS)


class _File(apsw.VFSFile):
    def __init__(
        self,
        sector: BadSector,
        usual: str,
        name: str | apsw.URIFilename | None,
        flags: list[int],
    ) -> None:
        super().__init__(usual, name, flags)
        self._sector = sector

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        read = super().xRead(amount, offset)
        self._sector.meet(read)
        return read


class _Vfs(apsw.VFS):
    def __init__(self, sector: BadSector, usual: str) -> None:
        super().__init__("bad-sector", base=usual, makedefault=True)
        self._sector = sector
        self._usual = usual

    def xOpen(  # noqa: N802
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        return _File(self._sector, self._usual, name, flags)


@contextmanager
def bad_sector(content: bytes, *, most: int = 1_000_000) -> Iterator[None]:
    """Every database opened inside has such a sector."""
    usual = apsw.vfs_names()[0]
    vfs = _Vfs(BadSector(content, most=most), usual)
    try:
        yield
    finally:
        apsw.set_default_vfs(usual)
        vfs.unregister()
