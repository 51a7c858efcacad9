"""Which kind of file system a folder is on: a spool needs one of this machine's own.

The log of SQLite lives in memory that all its users share, and locks and fsync of a network file
system say less than they seem to. Told by the kernel's table of mounts, see proc_pid_mountinfo(5);
where there is none, nothing is known and nothing refused.
"""

import re
from collections.abc import Callable
from pathlib import Path

from service.spool.slot import SlotError

_TABLE = Path("/proc/self/mountinfo")
_OF_OTHER_MACHINES = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "gfs2", "glusterfs", "gpfs", "lustre"),
        *("ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs"),
        *("fuse.blobfuse", "fuse.blobfuse2", "fuse.ceph", "fuse.ceph-fuse", "fuse.davfs"),
        *("fuse.gcsfuse", "fuse.glusterfs", "fuse.goofys", "fuse.juicefs", "fuse.mount-s3"),
        *("fuse.mountpoint-s3", "fuse.rclone", "fuse.s3fs", "fuse.smbnetfs", "fuse.sshfs"),
    }
)
_ESCAPE = re.compile(r"\\([0-7]{3})")


def read_mounts() -> str:
    """The kernel's table; empty where there is none."""
    try:
        return _TABLE.read_text("utf-8", "surrogateescape")
    except OSError:
        return ""


def refuse_network(folder: Path, *, mounts: Callable[[], str] = read_mounts) -> None:
    """Raise SlotError where the folder is on a file system of other machines."""
    kind = kind_of(folder.resolve(), mounts())
    if kind in _OF_OTHER_MACHINES:
        raise SlotError(
            f"{folder} is on a network file system ({kind}), where an answer may be lost that was "
            "said to be safe: set FORMWELL_DATA_DIR to a folder on a disk of this machine"
        )


def kind_of(folder: Path, mounts: str) -> str | None:
    """The type of the file system that an absolute path is on. Pure."""
    found, depth = None, -1
    for line in mounts.splitlines():
        place, _, source = line.partition(" - ")
        fields = place.split()
        if len(fields) < 5 or not source:
            continue
        point = Path(_ESCAPE.sub(lambda code: chr(int(code[1], 8)), fields[4]))
        # Of two on the same point the later one hides the other.
        if folder.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = source.split()[0], len(point.parts)
    return found
