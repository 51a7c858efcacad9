"""The one thread that touches the spool file, and its group commit.

Everything that waits when a commit ends goes into the next one: no artificial delay, and batches
grow by themselves under load. A waiter hears of success only after the commit returned. Reads wait
their turn on the same thread and run after the commit of their group, so they see it.

A full disk refuses a group, and room is made for the next; see `SpoolFile.make_way`.

After any other error of the disk nothing more is written on this connection: the kernel may
have dropped the pages, and a later fsync that succeeds proves nothing.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import apsw

from service.spool.connection import is_disk_full
from service.spool.damage import RECOVERY, is_damage
from service.spool.file import SpoolFile
from service.spool.jobs import Commit, Job, run_all
from service.spool.limits import disk_full
from service.spool.ports import SpoolBroken, SpoolFull

MOST_JOBS = 512
MOST_BYTES = 4 * 1024 * 1024

T = TypeVar("T")


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
        self._queue: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self._coming: list[Job[Any]] = []
        self._loop = asyncio.get_running_loop()
        self._broken: SpoolBroken | None = None
        self._ended = self._loop.create_future()
        self._oldest: float | None = None

    @property
    def waiting(self) -> int:
        """Jobs in the queue, about."""
        return self._queue.qsize() + len(self._coming)

    @property
    def oldest_seconds(self) -> float:
        """How long ago the first came of those that the thread is busy with; 0 for none."""
        oldest = self._oldest  # the thread may clear it at any moment
        return 0.0 if oldest is None else time.monotonic() - oldest

    def start(self, open_file: Callable[[], SpoolFile]) -> asyncio.Future[SpoolFile]:
        """Start the thread; `open_file` runs on it, and the future has its result or its error."""
        opened: asyncio.Future[SpoolFile] = self._loop.create_future()
        threading.Thread(
            target=self._run, args=(open_file, opened), name="spool", daemon=True
        ).start()
        return opened

    def submit(
        self,
        work: Callable[[], T],
        *,
        writes: bool,
        weight: int = 0,
        then: Callable[[T], None] | None = None,
        together: Callable[[Sequence[Job[T]]], None] | None = None,
    ) -> asyncio.Future[T]:
        """Queue a job; it runs even where the future is cancelled. `weight` is in bytes.

        `then` is called on the loop with the result, before whoever waits for the future; of
        `together` see `Job`.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        if not self._coming:
            self._loop.call_soon(self._hand_over)
        self._coming.append(
            Job(
                work=work, future=future, writes=writes, weight=weight, then=then, together=together
            )
        )
        return future

    def _hand_over(self) -> None:
        """Queue what came in this turn of the loop at once: the thread would else be woken by the
        first, and commit that one alone while the others are still being read."""
        coming, self._coming = self._coming, []
        for job in coming:
            self._queue.put(job)

    async def close(self) -> None:
        """Commit what waits, close the file and end the thread."""
        self._hand_over()
        self._queue.put(None)
        await self._ended

    def _run(self, open_file: Callable[[], SpoolFile], opened: asyncio.Future[SpoolFile]) -> None:
        try:
            self._file = open_file()
        except Exception as error:
            self._tell(_fail_once, opened, error)
            self._tell(_end_once, self._ended, None)
            return
        self._tell(_end_once, opened, self._file)
        try:
            while self._serve_group():
                pass
        finally:
            # What was committed is in the log at least, and the next start reads that.
            with suppress(apsw.Error):
                if self._broken is None:
                    self._file.close()
                else:
                    self._file.abandon()
            self._tell(_end_once, self._ended, None)

    def _serve_group(self) -> bool:
        job = self._queue.get()
        group: list[Job[Any]] = []
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
            self._oldest = group[0].queued_at
            self._serve(group)
            self._oldest = None
        return job is not None

    def _serve(self, group: Sequence[Job[Any]]) -> None:
        commit = None
        writing = [job for job in group if job.writes]
        if self._broken is None and writing:
            commit = self._commit(writing)
        for job in group:
            if not job.writes:
                self._read(job)
            elif commit is None and job.error is None:
                job.error = self._broken
        if commit is not None:
            self._after_commit(self._file.note_taken)
        self._tell(self._resolve, group, commit)
        if commit is not None:
            self._after_commit(self._file.shorten_log)

    def _commit(self, jobs: Sequence[Job[Any]]) -> Commit | None:
        started = time.perf_counter()
        try:
            self._file.commit(lambda: run_all(jobs))
        except Exception as error:
            self._meet(error, jobs)
            return None
        return Commit(
            jobs=len(jobs),
            seconds=time.perf_counter() - started,
            totals=self._file.ledger.committed(),
            forms=self._file.forms.committed(),
        )

    def _read(self, job: Job[Any]) -> None:
        if self._broken is None:
            try:
                job.run()
            except Exception as error:
                self._break(error)
        if self._broken is not None and job.error is None:
            job.error = self._broken

    def _after_commit(self, step: Callable[[], None]) -> None:
        # Apart from the commit, so that whoever waits for that hears of its success all the same.
        if self._broken is not None:
            return
        try:
            step()
        except Exception as error:
            self._meet(error, ())

    def _meet(self, error: Exception, refused: Sequence[Job[Any]]) -> None:
        if isinstance(error, apsw.Error) and is_disk_full(error):
            self._make_way(refused, error)
        elif isinstance(error, SpoolFull):
            for job in refused:
                job.error = error
        else:
            # Also a bug of ours: nobody knows which rows of the group are sound.
            self._break(error)

    def _make_way(self, jobs: Sequence[Job[Any]], cause: Exception) -> None:
        refusal = disk_full()
        refusal.__cause__ = cause
        try:
            with suppress(apsw.SQLError):  # SQLite may have rolled back by itself
                self._file.connection.execute("ROLLBACK")
            self._file.make_way()
        except Exception as error:
            self._break(error)
            return
        for job in jobs:
            job.error = refusal

    def _break(self, cause: Exception) -> None:
        if self._broken is None:
            advice = f": {RECOVERY}" if is_damage(cause) else ""
            self._broken = SpoolBroken(f"the spool's file failed: {cause}{advice}")
            self._broken.__cause__ = cause
            self._tell(self._on_broken, self._broken)

    def _resolve(self, group: Sequence[Job[Any]], commit: Commit | None) -> None:
        if commit is not None:
            self._on_commit(commit)
        for job in group:
            job.resolve()

    def _tell(self, callback: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop is gone; what was committed stays committed
            self._loop.call_soon_threadsafe(callback, *arguments)


def _end_once(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail_once(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
