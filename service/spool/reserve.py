"""A file that takes room on the disk, to be given up when there is none left."""

import os
from contextlib import suppress
from pathlib import Path

_BLOCK = 512  # what st_blocks counts in: stat(2)


class Reserve:
    """The reserve file of one slot. Blocks: used on the writer's thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def size(self) -> int:
        """Bytes it really holds; a file with holes, as a copy may be, holds less than it says."""
        try:
            found = self._path.stat()
        except OSError:
            return 0
        return min(found.st_size, found.st_blocks * _BLOCK)

    def make(self, size: int) -> bool:
        """Take this much of the disk; where that fails, what was taken before stays."""
        before = self.size()
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return False
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, before)
            return False
        finally:
            os.close(descriptor)
        return True

    def release(self) -> bool:
        """Give it up; whether it held anything."""
        held = self.size() > 0
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        return held
