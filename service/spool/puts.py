"""Submissions on their way into the spool file: one by one, or all of a group together."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.spool.file import SpoolFile
from service.spool.footprint import footprint
from service.spool.jobs import Job
from service.spool.ports import Accepted, SpoolFull
from service.submission import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """The work of putting one submission. Runs on the writer's thread."""

    file: SpoolFile
    submission: Submission
    limit: int | None

    def __call__(self) -> Accepted:
        """Put it; see `Intake.put`."""
        self.file.disk.check(footprint(len(self.submission.document)))
        return self.file.puts.put(self.submission, limit=self.limit)


def put_together(jobs: Sequence[Job[Accepted]]) -> None:
    """Put all submissions that are new, and are sure to be taken, in one go; leave the others, of
    which one may be a repeat, to their own work."""
    puts = [job.work for job in jobs if isinstance(job.work, Put)]
    if len(puts) < len(jobs):
        raise TypeError("only submissions can be put together")
    added: dict[UUID, Accepted] = {}
    if len(puts) > 1 and _all_fit(puts):
        added |= puts[0].file.puts.put_fresh([put.submission for put in puts])
    for job, put in zip(jobs, puts, strict=True):
        # Taken out, so that of two with the same receipt the second is seen to be a repeat.
        accepted = added.pop(put.submission.receipt, None)
        if accepted is None:
            job.run()
        else:
            job.error, job.result = None, accepted


def _all_fit(puts: Sequence[Put]) -> bool:
    """Whether neither the limit of a form nor the disk can be in the way of any."""
    file = puts[0].file
    if any(
        file.puts.has_reached(put.limit, put.submission.form, coming=len(puts))
        for put in puts
        if put.limit is not None
    ):
        return False
    try:
        file.disk.check(sum(footprint(len(put.submission.document)) for put in puts))
    except SpoolFull:
        return False
    return True
