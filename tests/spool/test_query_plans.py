"""What is asked again and again reads an index, and never all rows: see `EXPLAIN QUERY PLAN`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.spool import claims
from service.spool.connection import SpoolConnection

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
