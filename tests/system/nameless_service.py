"""The service on a machine whose name server never answers. A program: its arguments are ours.

The C library reads the name server's address from a file of the system's, which is not a test's to
change; so the call into it is what hangs here.
"""

import runpy
import socket
import threading
from typing import Any


def _hang(host: Any, *_: Any, **__: Any) -> None:
    print(f"looking up {host}", flush=True)  # noqa: T201 (for the test, in the log)
    threading.Event().wait()


if __name__ == "__main__":
    socket.getaddrinfo = _hang  # type: ignore[assignment]  # it never answers
    runpy.run_module("service", run_name="__main__")
