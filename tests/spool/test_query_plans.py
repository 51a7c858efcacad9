"""What is asked again and again reads an index, and never all rows: see `EXPLAIN QUERY PLAN`."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from service.spool import claims
from service.spool.connection import SpoolConnection
from service.spool.file import open_file
from service.spool.limits import Limits
from tests.spool.backlog import fill

# Each with as many bindings as it has question marks; their values do not matter to the plan.
HOT = {
    "fresh rows": claims._FRESH_SQL,
    "rows given back": claims._GIVEN_BACK_SQL,
    "the next row given back": claims._NEXT_GIVEN_BACK_SQL,
    "the latest attempt": claims._LATEST_ATTEMPT_SQL,
    "the oldest row": claims._OLDEST_SQL,
    "the indexes with rows": claims._INDEXES_SQL,
}


@pytest.fixture
def connection(spool_path: Path) -> Iterator[SpoolConnection]:
    opened = SpoolConnection(spool_path)
    yield opened
    opened.close()


@pytest.mark.parametrize("sql", HOT.values(), ids=HOT.keys())
def test_a_claim_finds_its_rows_by_an_index_and_sorts_nothing(
    sql: str, connection: SpoolConnection
) -> None:
    plan = [
        str(row[3])
        for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", (0,) * sql.count("?"))
    ]
    by_table = [step for step in plan if step.startswith(("SCAN", "SEARCH"))]
    assert any("submission USING" in step for step in by_table), plan
    for step in by_table:
        if "submission" in step:
            assert step.startswith("SEARCH submission USING"), plan
            assert "INDEX submission_pending" in step, plan
        elif "document" in step:
            assert step == "SEARCH document USING INTEGER PRIMARY KEY (rowid=?)", plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


def test_a_start_finds_the_last_row_without_reading_the_others(connection: SpoolConnection) -> None:
    plan = list(connection.execute("EXPLAIN QUERY PLAN SELECT max(seq) FROM submission"))
    assert [str(row[3]) for row in plan] == ["SEARCH submission"], "the end of the table"


def pages_read_by_a_start(path: Path) -> int:
    file = open_file(path, Limits())
    try:
        misses, _ = file.connection._connection.status(apsw.SQLITE_DBSTATUS_CACHE_MISS)
        assert misses > 0
        return misses
    finally:
        file.close()


def test_a_start_reads_no_more_of_many_rows_than_of_few(tmp_path: Path) -> None:
    few, many = tmp_path / "few" / "spool.db", tmp_path / "many" / "spool.db"
    fill(few, 400, index="quiz-answers")
    fill(many, 8_000, index="quiz-answers")
    a_level_more_in_each_tree = 4
    assert pages_read_by_a_start(many) <= pages_read_by_a_start(few) + a_level_more_in_each_tree
