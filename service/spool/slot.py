"""A slot: the folder of one spool file, and the lock that gives it to one process."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SlotError(Exception):
    """The slot cannot be used; the text names the path and says what to do."""


class SlotTaken(SlotError):
    """Another process has the slot."""


class Slot:
    """The paths of one slot: `DATA_DIR/slot-N`."""

    def __init__(self, data_dir: Path, number: int = 0) -> None:
        self.folder = data_dir / f"slot-{number}"
        self.spool = self.folder / "spool.db"
        self.lock = self.folder / "lock"
        self.socket = self.folder / "control.sock"

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Have the slot to oneself; made where missing. The lock dies with the process.

        Raises SlotTaken, or SlotError where the folder cannot be made or written.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _explain(self.folder, error) from error
        try:
            _lock(descriptor, self.folder)
            _sign(descriptor, self.folder)
            yield
        finally:
            os.close(descriptor)


def _sign(descriptor: int, folder: Path) -> None:
    owner = f"{os.getpid()}\n".encode()
    try:
        # Written over, not after emptying it: that needs no room, and there may be none.
        os.pwrite(descriptor, owner, 0)
        os.truncate(descriptor, len(owner))
    except OSError as error:
        raise _explain(folder, error) from error


def _explain(folder: Path, error: OSError) -> SlotError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SlotError(
            f"{folder} cannot be written ({error.strerror}): free some space, or set "
            "FORMWELL_DATA_DIR to a folder where there is some"
        )
    return SlotError(
        f"{folder} cannot be written ({error.strerror}): make it a folder that this "
        "user may write, or set FORMWELL_DATA_DIR to one"
    )


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        raise SlotTaken(
            f"{folder} is in use by process {owner or 'unknown'}: stop that one, "
            "or set FORMWELL_DATA_DIR to another folder"
        ) from error
    except OSError as error:
        raise SlotError(
            f"{folder} cannot be locked ({error.strerror}): it must be on a local file system"
        ) from error
