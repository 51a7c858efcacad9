"""What waits for the writer: a piece of work, and whoever wants to hear of its end; and what became
of a group of them."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Generic, TypeVar, cast

from service.spool.form_counts import FormCounts
from service.spool.ports import SpoolError
from service.spool.totals import Totals

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Job(Generic[T]):
    """Run on the writer's thread, resolved on the loop. `weight` is in bytes."""

    work: Callable[[], T]
    future: asyncio.Future[T]
    writes: bool
    weight: int
    then: Callable[[T], None] | None
    together: "Callable[[Sequence[Job[T]]], None] | None" = None
    """Does all jobs that stand side by side with the same one, in the place of their own work; may
    leave some of them to that, by `run`."""
    queued_at: float = field(default_factory=time.monotonic)
    result: T | None = None
    error: Exception | None = None

    def run(self) -> None:
        """Do the work, maybe once more after it was rolled back. A refusal of the spool's own is
        kept for the caller, others are raised."""
        self.error = None
        try:
            self.result = self.work()
        except SpoolError as error:
            self.error = error

    def resolve(self) -> None:
        """Tell the caller, who may have been cancelled meanwhile: the row is announced anyway."""
        if self.error is not None:
            if not self.future.done():
                self.future.set_exception(self.error)
            return
        result = cast(T, self.result)
        if self.then is not None:
            self.then(result)
        if not self.future.done():
            self.future.set_result(result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What one group commit did, for metrics: jobs that wrote, and its time with the fsync."""

    jobs: int
    seconds: float
    totals: Totals
    forms: FormCounts


def run_all(jobs: Sequence[Job[Any]]) -> None:
    """Do the work of each, in their order."""
    for together, some in groupby(jobs, key=lambda job: job.together):
        if together is not None:
            together(list(some))
            continue
        for job in some:
            job.run()
