"""A disk, below SQLite, that cannot read the sector with some bytes in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import apsw

from tests.odd_disk import FileName, OddDisk


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
    def __init__(self, sector: BadSector, usual: str, name: FileName, flags: list[int]) -> None:
        super().__init__(usual, name, flags)
        self._sector = sector

    def xRead(self, amount: int, offset: int) -> bytes:
        read = super().xRead(amount, offset)
        self._sector.meet(read)
        return read


@contextmanager
def bad_sector(content: bytes, *, most: int = 1_000_000) -> Iterator[None]:
    """Every database opened inside has such a sector."""
    with OddDisk(partial(_File, BadSector(content, most=most))):
        yield
