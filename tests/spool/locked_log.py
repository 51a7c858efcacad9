"""A process of somebody else that holds a lock on a spool's log."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum
from pathlib import Path

_HOLD = """
import fcntl, struct, sys
shared = open(sys.argv[1], "r+b")
lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, int(sys.argv[2]), 1, 0)
fcntl.fcntl(shared, fcntl.F_SETLKW, lock)
print("held", flush=True)
sys.stdin.read()
"""


class Lock(IntEnum):
    """The byte of the -shm file that stands for it: SQLite's WAL-mode file format, section 2.3."""

    WRITE = 120
    CHECKPOINT = 121


@asynccontextmanager
async def held_by_another(path: Path, lock: Lock) -> AsyncIterator[None]:
    """Inside, another process has this lock on the spool file's log."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _HOLD, f"{path}-shm", str(int(lock))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert await process.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        process.stdin.close()
        await process.wait()
