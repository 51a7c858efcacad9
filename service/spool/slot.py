"""A slot: the folder of one spool file, and the lock that gives it to one process.

Several processes may share a data folder, each with a slot of its own. Whoever holds the lock of a
slot may use its file, and nobody else may. The lock file says who that is, and whether the slot was
adopted: then it is let go when the process whose own it is asks for it.
"""

import errno
import fcntl
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from service.spool.folder import keep_folder, sync_folder

MOST_SLOTS = 1_000

_FOLDER = re.compile(r"slot-(0|[1-9][0-9]{0,2})")
_ADOPTED = "adopted"


class SlotError(Exception):
    """The slot cannot be used; the text names the path and says what to do."""


class SlotDamaged(SlotError):
    """The slot's spool file is damaged; the slot itself is free."""


class SlotTaken(SlotError):
    """Another process has the slot; `adopted` where it lets go of it when asked."""

    def __init__(self, sentence: str, *, adopted: bool = False) -> None:
        super().__init__(sentence)
        self.adopted = adopted


class Slot:
    """The paths of one slot: `DATA_DIR/slot-N`."""

    def __init__(self, data_dir: Path, number: int = 0) -> None:
        self.number = number
        self.folder = data_dir / f"slot-{number}"
        self.spool = self.folder / "spool.db"
        self.lock = self.folder / "lock"
        self.socket = self.folder / "control.sock"

    @contextmanager
    def hold(
        self, *, adopted: bool = False, sync: Callable[[Path], None] = sync_folder
    ) -> Iterator[None]:
        """Have the slot to oneself; made where missing, and there after a power cut. The lock dies
        with the process.

        Raises SlotTaken, or SlotError where the folder cannot be made or written.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _explain(self.folder, error) from error
        try:
            _lock(descriptor, self.folder)
            _keep(self.folder, sync)
            _sign(descriptor, self.folder, adopted=adopted)
            yield
        finally:
            os.close(descriptor)


def find_slots(data_dir: Path) -> Sequence[Slot]:
    """The slots that have a spool file, whoever holds them, by their numbers; and those that keep
    it secret, so that whoever opens one says why that cannot be. A folder that is not there has
    none; raises SlotError where what is there is no folder, or keeps its names secret.
    """
    try:
        names = os.listdir(data_dir)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SlotError(
            f"{data_dir} cannot be looked into ({error.strerror}): make it a folder that this user "
            "may read, or set FORMWELL_DATA_DIR to the folder of the service"
        ) from error
    numbers = sorted(int(named[1]) for name in names if (named := _FOLDER.fullmatch(name)))
    return [slot for number in numbers if _has_spool(slot := Slot(data_dir, number))]


def _has_spool(slot: Slot) -> bool:
    try:
        slot.spool.stat()
    except OSError as error:
        return error.errno not in (errno.ENOENT, errno.ENOTDIR)
    return True


def _keep(folder: Path, sync: Callable[[Path], None]) -> None:
    try:
        keep_folder(folder, sync=sync)
    except OSError as error:
        raise _explain(folder, error) from error


def _sign(descriptor: int, folder: Path, *, adopted: bool) -> None:
    owner = f"{os.getpid()}\n{_ADOPTED if adopted else ''}".encode()
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
        owner, _, claim = os.pread(descriptor, 40, 0).decode("ascii", "replace").partition("\n")
        raise SlotTaken(
            f"{folder} is in use by process {owner.strip() or 'unknown'}: stop that one, set "
            "FORMWELL_SLOT to another number or to auto, or FORMWELL_DATA_DIR to another folder",
            adopted=claim.strip() == _ADOPTED,
        ) from error
    except OSError as error:
        raise SlotError(
            f"{folder} cannot be locked ({error.strerror}): it must be on a local file system"
        ) from error
