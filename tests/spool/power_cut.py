"""A disk, below SQLite, that keeps only what was synced when its power is cut.

What a file holds after the cut is what it held at its last sync; what was written since may be
there or not, each sector by itself. A new file is there only once its folder was synced: SQLite has
that done where it first syncs a journal or a log that it made, and where it deletes one so.

Nothing here waits for the real disk.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import apsw

from tests.odd_disk import FileName, OddDisk, path_of

SECTOR = 512

Image = Mapping[str, bytes]
"""What is on the disk: the files by their paths."""

_MADE_WITH_ITS_FOLDER = (
    apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
)


@dataclass(slots=True, kw_only=True)
class _Kept:
    """A file: what is durable of it, and what was done to it since. `None` cuts it to a length."""

    durable: bytes
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        self.durable = _apply(self.durable, self.since)
        self.since = []


class PowerCutDisk:
    """`syncs` counts those that have ended; `before_sync` is called before each takes effect."""

    def __init__(self) -> None:
        self.syncs = 0
        self.before_sync: Callable[[], None] = lambda: None
        self._files: dict[str, _Kept] = {}  # as programs see them
        self._entries: dict[str, _Kept] = {}  # as they are found after a cut

    def image(self) -> Image:
        """What a cut now leaves, where nothing that was not synced reached the disk."""
        return {name: file.durable for name, file in self._entries.items()}

    def torn_image(self, luck: random.Random) -> Image:
        """What a cut now leaves, where some of it did."""
        return {
            name: _apply(file.durable, list(_torn(file.since, luck)))
            for name, file in self._entries.items()
        }

    def opened(self, name: str, path: Path) -> None:
        """A file was opened; what lay there before is durable."""
        if name in self._files:
            return
        before = path.read_bytes()
        self._files[name] = _Kept(durable=before)
        if before:
            self._entries[name] = self._files[name]

    def changed(self, name: str, offset: int, data: bytes | None) -> None:
        """A file was written, or cut to a length."""
        self._files[name].since.append((offset, data))

    def synced(self, name: str, *, folder_too: bool) -> None:
        """A file was synced."""
        self.before_sync()
        self._files[name].sync()
        if folder_too:
            self._sync_folder()
        self.syncs += 1

    def deleted(self, name: str, *, folder_too: bool) -> None:
        """A file was deleted."""
        self._files.pop(name, None)
        if folder_too:
            self._sync_folder()

    def _sync_folder(self) -> None:
        self._entries = dict(self._files)


def _apply(content: bytes, changes: list[tuple[int, bytes | None]]) -> bytes:
    if not changes:
        return content
    changed = bytearray(content)
    for offset, data in changes:
        if data is None:
            del changed[offset:]
        else:
            changed.extend(bytes(max(0, offset - len(changed))))
            changed[offset : offset + len(data)] = data
    return bytes(changed)


def _torn(
    changes: list[tuple[int, bytes | None]], luck: random.Random
) -> Iterator[tuple[int, bytes | None]]:
    for offset, data in changes:
        if data is None:
            if luck.random() < 0.5:
                yield offset, None
            continue
        for start in range(0, len(data), SECTOR):
            if luck.random() < 0.5:
                yield offset + start, data[start : start + SECTOR]


class _File(apsw.VFSFile):
    def __init__(self, disk: PowerCutDisk, usual: str, name: FileName, flags: list[int]) -> None:
        super().__init__(usual, name, flags)
        self._disk = disk
        self._name = path_of(name)
        self._folder_too = bool(flags[0] & _MADE_WITH_ITS_FOLDER)
        disk.opened(self._name, Path(self._name))

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.changed(self._name, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._disk.changed(self._name, newsize, None)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # the real disk need not
        self._disk.synced(self._name, folder_too=self._folder_too)
        self._folder_too = False


class _Vfs(OddDisk):
    def __init__(self, disk: PowerCutDisk) -> None:
        super().__init__(partial(_File, disk))
        self._disk = disk

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, False)
        self._disk.deleted(filename, folder_too=syncdir)


@contextmanager
def power_cut_disk() -> Iterator[PowerCutDisk]:
    """Every database opened inside is on such a disk."""
    disk = PowerCutDisk()
    with _Vfs(disk):
        yield disk


def restore(image: Image, folder: Path) -> None:
    """Put what a cut left into a folder of its own, as after the power came back."""
    folder.mkdir()
    for name, content in image.items():
        (folder / Path(name).name).write_bytes(content)
