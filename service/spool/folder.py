"""A folder that is still there after a power cut.

SQLite syncs the folder its files are in. Where that folder has just been made, its own name is in
the one above, and so on: until those are synced, the first acknowledged answers could be on the
disk, and nowhere to be found.
"""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_WITHOUT_SYNC = frozenset({errno.EINVAL, errno.EROFS, errno.EOPNOTSUPP})


def keep_folder(folder: Path, *, sync: Callable[[Path], None]) -> None:
    """Sync the names of this folder and of those above it, as far as its file system goes.

    Raises OSError where the disk fails.
    """
    resolved = folder.resolve()
    device = resolved.stat().st_dev
    for above in resolved.parents:
        if above.stat().st_dev != device:
            break
        sync(above)


def sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder. One that may not be read was not made by us, and a
    file system may have no such thing: then nothing is done. Raises OSError where the disk fails.
    """
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _WITHOUT_SYNC:
                raise
        finally:
            os.close(descriptor)
