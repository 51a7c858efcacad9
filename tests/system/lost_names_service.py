"""The service where names cannot be looked up, until a word. A program: how, a path, its arguments.

The word is a file at that path; from then on every name is an address of this machine. As in
`nameless_service`, it is the call into the C library that fails here.
"""

import runpy
import socket
import sys
import time
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any


class Fault(StrEnum):
    """What a look-up does."""

    UNKNOWN = "unknown"
    """It says that there is no such name."""
    SILENT = "silent"
    """It waits for a name server."""


def command(fault: Fault, word: Path) -> tuple[str, ...]:
    """How to start one."""
    return (sys.executable, __file__, fault, str(word), "serve")


def looking_up(name: str) -> str:
    """What it prints for each look-up."""
    return f"looking up {name}"


def _look_up(
    fault: Fault, word: Path, usual: Any, host: str, port: Any, *details: Any, **options: Any
) -> Any:
    if host.startswith("127."):
        return usual(host, port, *details, **options)
    print(looking_up(host), flush=True)  # noqa: T201 (for the test, in the log)
    while fault is Fault.SILENT and not word.exists():
        time.sleep(0.05)
    if not word.exists():
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return usual("127.0.0.1", port, *details, **options)


if __name__ == "__main__":
    how, path = Fault(sys.argv.pop(1)), Path(sys.argv.pop(1))
    socket.getaddrinfo = partial(_look_up, how, path, socket.getaddrinfo)
    runpy.run_module("service", run_name="__main__")
