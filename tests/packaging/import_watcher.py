"""Run in an interpreter of its own: imports modules, and tells what their code did meanwhile.

`python import_watcher.py ROOTS MODULES`, both comma separated: ROOTS are the folders whose code is
watched. Prints a JSON list with a sentence for each deed.

A deed belongs to the innermost frame below ROOTS, as long as no import stands in between: what a
library does because it is imported is its own affair, what it does because our code calls it is
ours. Where there are no audit events (environment, threads), what notes them is put in the place.
"""

import importlib
import json
import os
import sys
import threading
from collections.abc import Iterator, MutableMapping
from types import FrameType

WATCHED = ("open", "socket.", "subprocess.", "os.", "sqlite3.", "shutil.", "tempfile.")
IMPORT_FRAMES = ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>")


class Watch:
    """Gathers what code below some folders does."""

    def __init__(self, roots: tuple[str, ...]) -> None:
        self.deeds: list[str] = []
        self._roots = roots

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """An audit hook (PEP 578)."""
        if event.startswith(WATCHED):
            self.note(f"{event} {arguments!r}")

    def note(self, deed: str) -> None:
        """Keep a deed if it is one of the watched code."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename not in IMPORT_FRAMES:
            if frame.f_code.co_filename.startswith(self._roots):
                self.deeds.append(f"{frame.f_code.co_filename}:{frame.f_lineno}: {deed}")
                return
            frame = frame.f_back


class WatchedEnvironment(MutableMapping[str, str]):
    """The environment, with a note of each look at it."""

    def __init__(self, real: MutableMapping[str, str], watch: Watch) -> None:
        self._real = real
        self._watch = watch

    def __getitem__(self, name: str) -> str:
        self._watch.note(f"reads the variable {name}")
        return self._real[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._watch.note(f"sets the variable {name}")
        self._real[name] = value

    def __delitem__(self, name: str) -> None:
        self._watch.note(f"removes the variable {name}")
        del self._real[name]

    def __iter__(self) -> Iterator[str]:
        self._watch.note("lists the variables")
        return iter(self._real)

    def __len__(self) -> int:
        self._watch.note("counts the variables")
        return len(self._real)


def watch_threads(watch: Watch) -> None:
    """Note the start of each thread, for which Python 3.11 has no audit event."""
    start = threading.Thread.start

    def noted_start(self: threading.Thread) -> None:
        watch.note(f"starts the thread {self.name}")
        start(self)

    threading.Thread.start = noted_start  # type: ignore[method-assign]  # to watch


def main() -> None:
    """Import, and print what was noted."""
    roots = tuple(f"{root.rstrip(os.sep)}{os.sep}" for root in sys.argv[1].split(","))
    watch = Watch(roots)
    sys.addaudithook(watch.hear)
    watch_threads(watch)
    real = os.environ
    # Not the environment of the process is replaced (B003), but what reads it.
    os.environ = WatchedEnvironment(real, watch)  # type: ignore[assignment]  # noqa: B003
    for module in sys.argv[2].split(","):
        importlib.import_module(module)
    os.environ = real  # noqa: B003 - as above
    others = [thread.name for thread in threading.enumerate()][1:]
    threads = [f"a thread was left running: {name}" for name in others]
    sys.stdout.write(json.dumps(watch.deeds + threads))


if __name__ == "__main__":
    main()
