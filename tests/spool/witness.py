"""Who sends, settles and remembers what the spool said of it, to hold a spool file against it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from service.observability.metrics import Metrics
from service.spool.limits import Limits
from service.spool.ports import Ack, State, Verdict
from service.spool.spool import Spool, open_spool
from service.submission import Submission
from tests.spool.submissions import submission

SMALL = Limits(free_disk_bytes=0, reserve_bytes=0)
"""So that the log is brought to its place every few commits."""

FORMS = ("quiz", "poll")
INDEX = "quiz-answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The spool said so: a submission is taken, or, too, settled."""

    submission: Submission
    settled: bool


@dataclass(slots=True, kw_only=True)
class Witness:
    """`sent` is everything that was tried; `promises` what was answered for."""

    sent: dict[bytes, Submission] = field(default_factory=dict)
    promises: dict[bytes, Promise] = field(default_factory=dict)

    def next_submission(self) -> Submission:
        """One that was not sent before, some of them with a document of several pages."""
        number = len(self.sent)
        made = submission(
            f"{number} " + "x" * (9_000 if number % 7 == 0 else 150),
            key=f"key-{number}",
            form=FORMS[number % 2],
            index=INDEX,
        )
        self.sent[made.receipt.bytes] = made
        return made

    def taken(self, made: Submission) -> None:
        """The spool has answered for it."""
        self.promises[made.receipt.bytes] = Promise(submission=made, settled=False)

    async def settle_some(self, spool: Spool, most: int) -> None:
        """Deliver a few that wait."""
        batch = await spool.claim(INDEX, most_rows=most, most_bytes=100_000)
        verdicts: Sequence[Verdict] = [Ack(seq=row.seq) for row in batch.rows]
        await spool.settle(verdicts)
        for row in batch.rows:
            made = self.sent[row.receipt.bytes]
            self.promises[row.receipt.bytes] = Promise(submission=made, settled=True)


async def missing_after_start(
    path: Path, promises: Sequence[Promise], sent: dict[bytes, Submission]
) -> int:
    """Start on a spool file, and hold it to its promises; how many of them it has lost.

    Asserts what holds even then: the file is sound, its sums are right, and nothing is in it that
    was not sent.
    """
    lost = 0
    async with open_spool(path, Metrics(), SMALL) as spool:
        for promise in promises:
            entry = await spool.find(promise.submission.receipt)
            kept = entry is not None and (entry.state is State.DELIVERED or not promise.settled)
            lost += not kept
        waiting = 0
        while rows := (await spool.claim(INDEX, most_rows=100, most_bytes=100_000_000)).rows:
            waiting += len(rows)
            assert all(row.document == sent[row.receipt.bytes].document for row in rows)
        assert spool.totals[State.PENDING].rows == waiting
        accepted = {form: spool.accepted(form) for form in FORMS}
    connection = apsw.Connection(str(path))
    try:
        assert connection.pragma("integrity_check") == "ok"
        found = list(connection.execute("SELECT receipt, form, state FROM submission"))
    finally:
        connection.close()
    assert {receipt for receipt, _, _ in found} <= sent.keys()
    assert accepted == {form: sum(of == form for _, of, _ in found) for form in FORMS}
    assert waiting == sum(state == State.PENDING for _, _, state in found)
    return lost
