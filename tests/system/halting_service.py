"""The service, halting for ever at one point of its work. A program: the point, then its arguments.

SQLite itself tells of rows and of commits, so nothing in the service is there for the test. What
halts is the thread of the spool; the loop goes on, and would answer if it could.
"""

import runpy
import sys
import threading
from enum import StrEnum

import apsw


class Point(StrEnum):
    """Where it halts: each names the commit of the spool that is next to it."""

    BEFORE_COMMIT = "before-commit"
    """A submission was inserted; its transaction has not been committed."""
    AFTER_COMMIT = "after-commit"
    """The transaction of a submission was committed; nobody has heard of it."""
    BEFORE_ACK = "before-ack"
    """The store has answered; that a submission is delivered has not been committed."""


def command(point: Point) -> tuple[str, ...]:
    """How to start one that halts there."""
    return (sys.executable, __file__, point, "serve")


def halted(point: Point) -> str:
    """What it prints when it halts."""
    return f"halted {point}"


class _Watch:
    """What happened on one connection since its last commit."""

    def __init__(self, connection: apsw.Connection, point: Point) -> None:
        self._point = point
        self._changes: set[int] = set()
        connection.set_update_hook(self._on_change)
        connection.set_commit_hook(self._on_commit)
        connection.trace_v2(apsw.SQLITE_TRACE_PROFILE, self._on_statement)

    def _on_change(self, kind: int, database: str, table: str, row: int) -> None:
        if table == "submission":
            self._changes.add(kind)

    def _on_commit(self) -> bool:
        if self._point is Point.BEFORE_COMMIT and apsw.SQLITE_INSERT in self._changes:
            self._halt()
        if self._point is Point.BEFORE_ACK and apsw.SQLITE_UPDATE in self._changes:
            self._halt()
        return False

    def _on_statement(self, event: dict[str, object]) -> None:
        if event["sql"] != "COMMIT":
            return
        if self._point is Point.AFTER_COMMIT and apsw.SQLITE_INSERT in self._changes:
            self._halt()
        self._changes.clear()

    def _halt(self) -> None:
        print(halted(self._point), flush=True)  # noqa: T201 (for the test, in the log)
        threading.Event().wait()


def _halt_at(point: Point) -> None:
    def watch(connection: apsw.Connection) -> None:
        _Watch(connection, point)

    apsw.connection_hooks.append(watch)


if __name__ == "__main__":
    _halt_at(Point(sys.argv.pop(1)))
    runpy.run_module("service", run_name="__main__")
