"""Claims at chosen moments: no row is passed by, whatever falls into one millisecond."""

from pathlib import Path

from service.spool.claims import Claims
from service.spool.connection import SpoolConnection
from service.spool.form_counts import FormLedger
from service.spool.ports import Retry
from service.spool.put_rows import PutRows
from service.spool.rows import Rows
from service.spool.totals import TotalsLedger
from tests.spool.submissions import submission

INDEX = "quiz-answers"


class OpenFile:
    """A spool file used directly, with the time given to each step."""

    def __init__(self, path: Path) -> None:
        self._connection = SpoolConnection(path)
        ledgers = TotalsLedger(self._connection), FormLedger(self._connection)
        self._puts = PutRows(self._connection, *ledgers)
        self._rows = Rows(self._connection, *ledgers)
        self._claims = Claims(self._connection)

    def put(self, *keys: str) -> None:
        for key in keys:
            self._puts.put(submission(key=key))

    def claim(self, steady_ms: int) -> list[int]:
        claim = self._claims.claim(INDEX, most_rows=10, most_bytes=10_000, steady_ms=steady_ms)
        return [row.seq for row in claim.batch.rows]

    def give_back(self, seq: int, steady_ms: int) -> None:
        self._rows.settle(
            [Retry(seq=seq, delay_seconds=0)],
            now_ms=0,
            steady_ms=self._claims.earliest_retry(steady_ms),
        )


def test_a_row_given_back_behind_another_of_the_same_millisecond_is_not_passed_by(
    spool_path: Path,
) -> None:
    file = OpenFile(spool_path)
    file.put("one", "two")
    assert file.claim(1_000) == [1, 2]
    file.give_back(2, 1_000)
    assert file.claim(1_000) == [2]
    file.give_back(1, 1_000)
    assert file.claim(1_001) == [1]


def test_a_clock_that_stands_still_holds_nothing_up_for_long(spool_path: Path) -> None:
    file = OpenFile(spool_path)
    file.put("one")
    assert file.claim(1_000) == [1]
    for turn in range(3):
        file.give_back(1, 1_000)
        assert file.claim(1_000 + turn) == [1]
