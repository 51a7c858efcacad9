"""The one thread that touches the spool file, and its group commit.

Everything that waits when a commit ends goes into the next one: no artificial delay, and batches
grow by themselves under load. A waiter hears of success only after the commit returned. Reads wait
their turn on the same thread and run after the commit of their group, so they see it.

After an error that is not a full disk nothing more is written on this connection: the kernel may
have dropped the pages, and a later fsync that succeeds proves nothing.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar, cast

import apsw

from service.spool.connection import SpoolConnection
from service.spool.ports import SpoolBroken, SpoolError, SpoolFull
from service.spool.totals import Totals, TotalsLedger

MOST_JOBS = 512
MOST_BYTES = 4 * 1024 * 1024
RETRY_WHEN_FULL_SECONDS = 30

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What one group commit did, for metrics: jobs that wrote, and its time with the fsync."""

    jobs: int
    seconds: float
    totals: Totals


@dataclass(slots=True)
class _Job(Generic[T]):
    work: Callable[[], T]
    future: asyncio.Future[T]
    writes: bool
    weight: int
    then: Callable[[T], None] | None
    result: T | None = None
    error: Exception | None = None

    def run(self) -> None:
        try:
            self.result = self.work()
        except SpoolError as error:
            self.error = error

    def resolve(self) -> None:
        # Its caller may have been cancelled meanwhile: the row stays and is announced anyway.
        if self.error is not None:
            if not self.future.done():
                self.future.set_exception(self.error)
            return
        result = cast(T, self.result)
        if self.then is not None:
            self.then(result)
        if not self.future.done():
            self.future.set_result(result)


class Writer:
    """Runs jobs on a thread of its own, those that write in groups of one transaction each.

    `on_commit` is called on the loop after each group that wrote, `on_broken` once when the disk
    failed. Start with `start`, end with `close`.
    """

    def __init__(
        self,
        *,
        on_commit: Callable[[Commit], None],
        on_broken: Callable[[SpoolBroken], None],
    ) -> None:
        self._on_commit = on_commit
        self._on_broken = on_broken
        self._queue: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._broken: SpoolBroken | None = None
        self._ended = self._loop.create_future()

    @property
    def waiting(self) -> int:
        """Jobs in the queue, about."""
        return self._queue.qsize()

    def start(self, open_file: Callable[[], tuple[SpoolConnection, TotalsLedger]]) -> None:
        """Start the thread; `open_file` runs on it, and its error is raised by `opened`."""
        self.opened: asyncio.Future[None] = self._loop.create_future()
        threading.Thread(target=self._run, args=(open_file,), name="spool", daemon=True).start()

    def submit(
        self,
        work: Callable[[], T],
        *,
        writes: bool,
        weight: int = 0,
        then: Callable[[T], None] | None = None,
    ) -> asyncio.Future[T]:
        """Queue a job; it runs even where the future is cancelled. `weight` is in bytes.

        `then` is called on the loop with the result, before whoever waits for the future.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put(_Job(work, future, writes, weight, then))
        return future

    async def close(self) -> None:
        """Commit what waits, close the file and end the thread."""
        self._queue.put(None)
        await self._ended

    def _run(self, open_file: Callable[[], tuple[SpoolConnection, TotalsLedger]]) -> None:
        try:
            self._connection, self._ledger = open_file()
        except Exception as error:
            self._tell(_fail_once, self.opened, error)
            self._tell(_end_once, self._ended)
            return
        self._tell(_end_once, self.opened)
        try:
            while self._serve_group():
                pass
        finally:
            self._connection.close()
            self._tell(_end_once, self._ended)

    def _serve_group(self) -> bool:
        job = self._queue.get()
        group: list[_Job[Any]] = []
        weight = 0
        while job is not None:
            group.append(job)
            weight += job.weight
            if len(group) == MOST_JOBS or weight >= MOST_BYTES:
                break
            try:
                job = self._queue.get_nowait()
            except Empty:
                break
        if group:
            self._serve(group)
        return job is not None

    def _serve(self, group: Sequence[_Job[Any]]) -> None:
        commit = None
        writing = [job for job in group if job.writes]
        if self._broken is None and writing:
            commit = self._commit(writing)
        for job in group:
            if self._broken is not None and job.error is None:
                job.error = self._broken
            elif not job.writes:
                self._read(job)
        self._tell(self._resolve, group, commit)

    def _commit(self, jobs: Sequence[_Job[Any]]) -> Commit | None:
        started = time.perf_counter()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._ledger.begin()
            for job in jobs:
                job.run()
            self._ledger.store()
            self._connection.execute("COMMIT")
        except apsw.FullError as error:
            self._roll_back()
            self._fail(
                jobs,
                SpoolFull("the disk is full", retry_after_seconds=RETRY_WHEN_FULL_SECONDS),
                error,
            )
            return None
        except Exception as error:
            # Also a bug of ours: nobody knows which rows of the group are sound.
            self._break(error)
            return None
        totals = self._ledger.committed()
        return Commit(jobs=len(jobs), seconds=time.perf_counter() - started, totals=totals)

    def _read(self, job: _Job[Any]) -> None:
        try:
            job.run()
        except Exception as error:
            self._break(error)
            job.error = self._broken

    def _roll_back(self) -> None:
        with suppress(apsw.SQLError):  # SQLite may have rolled back by itself
            self._connection.execute("ROLLBACK")

    def _fail(self, jobs: Sequence[_Job[Any]], error: SpoolError, cause: Exception) -> None:
        error.__cause__ = cause
        for job in jobs:
            job.error = error

    def _break(self, cause: Exception) -> None:
        if self._broken is None:
            self._broken = SpoolBroken(f"the spool's file failed: {cause}")
            self._broken.__cause__ = cause
            self._tell(self._on_broken, self._broken)

    def _resolve(self, group: Sequence[_Job[Any]], commit: Commit | None) -> None:
        if commit is not None:
            self._on_commit(commit)
        for job in group:
            job.resolve()

    def _tell(self, callback: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop is gone; what was committed stays committed
            self._loop.call_soon_threadsafe(callback, *arguments)


def _end_once(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _fail_once(future: asyncio.Future[None], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
