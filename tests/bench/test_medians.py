"""The arithmetic of the benchmark's tables."""

from dataclasses import replace

import pytest

from bench.contenders import FORMWELL, LIMIT
from bench.measurement import Figure, Skipped, Turn
from bench.report.medians import Spread, figures, lines, spread
from bench.report.table import rows_table, shown
from bench.rows import ROWS
from bench.wrk import LoadError, parse

TURN = Turn(
    row="submit",
    contender="limit",
    round=0,
    connections=64,
    per_second=1_000.0,
    p50_ms=2.0,
    p99_ms=4.0,
    cpu_seconds_per_1000=0.1,
    peak_bytes=50 * 1024**2,
    wrong=0,
    broken=0,
    acknowledged=1_000,
    found=None,
    backlog=None,
)


def test_the_spread_is_the_median_between_the_least_and_the_greatest() -> None:
    assert spread([3.0, 1.0, 2.0]) == Spread(median=2.0, least=1.0, greatest=3.0)
    assert shown(spread([1234.4, 1000.0, 2000.0])) == "1,234 (1,000–2,000)"
    assert shown(spread([0.5]), 2) == "0.50"
    assert shown(None) == "–"


def test_a_ratio_is_made_with_the_limit_of_the_same_round() -> None:
    turns = [
        replace(TURN, round=0, per_second=1_000.0),
        replace(TURN, round=0, contender="formwell", per_second=500.0, p99_ms=12.0),
        replace(TURN, round=1, per_second=100.0),
        replace(TURN, round=1, contender="formwell", per_second=60.0, p99_ms=8.0),
        replace(TURN, round=1, row="page", per_second=1.0),
    ]
    limit, formwell, _ = lines(turns)
    assert limit.ratio == Spread(median=1.0, least=1.0, greatest=1.0)
    assert formwell.ratio == Spread(median=0.55, least=0.5, greatest=0.6)
    assert formwell.p99_ratio == Spread(median=2.5, least=2.0, greatest=3.0)


def test_without_a_limit_there_is_no_ratio() -> None:
    (line,) = lines([replace(TURN, contender="flask")])
    assert line.ratio is None


@pytest.mark.parametrize(
    ("found", "everything"), [(999, False), (1_000, True), (1_128, True), (1_129, False)]
)
def test_what_was_on_its_way_may_be_found_too_and_nothing_may_be_missing(
    found: int, everything: bool
) -> None:
    turns = [replace(TURN, contender="flask", found=found)]
    (line,) = lines(turns)
    assert line.everything_found is everything
    table = rows_table([line], [], {"submit": "Submissions"}, {"flask": "Flask"})
    assert ("not all" in table) is not everything


def test_wrong_answers_are_no_throughput() -> None:
    counted = parse(
        '{"requests": 100, "seconds": 2.0, "p50_us": 1, "p99_us": 9, "refused": 30, "broken": 0}'
    )
    rows = {row.name: row for row in ROWS}
    page, invalid = rows["page"], rows["invalid"]
    assert page.right_answers(FORMWELL, counted) == 70
    assert invalid.right_answers(FORMWELL, counted) == 30
    assert invalid.right_answers(LIMIT, counted) == 70
    (line,) = lines([replace(TURN, wrong=30, broken=1)])
    table = rows_table([line], [], {"submit": "Submissions"}, {"limit": "The limit"})
    assert "| 1,000, **30 wrong answers**, 1 broken off |" in table


def test_a_table_names_who_was_skipped_and_why() -> None:
    skipped = [Skipped(row="workers-2", contender="formwell", reason="Usage\nNo such option")]
    table = rows_table([], skipped, {"workers-2": "Two workers"}, {"formwell": "Formwell"})
    assert table == "### Two workers\n\nFormwell: skipped. No such option\n"


def test_figures_of_all_rounds_come_together() -> None:
    measured = [
        Figure(name="start", round=number, value=value, unit="s")
        for number, value in enumerate((1.0, 3.0, 2.0))
    ]
    assert figures(measured) == {"start": (Spread(median=2.0, least=1.0, greatest=3.0), "s")}


def test_what_wrk_counted_stands_in_its_last_line() -> None:
    counted = parse(
        "Running 3s test\n\n"
        '{"requests": 100, "seconds": 2.0, "p50_us": 1500, "p99_us": 9000, "refused": 10,'
        ' "broken": 1}\n'
    )
    assert (counted.per_second, counted.acknowledged, counted.p50_ms) == (50.0, 90, 1.5)
    with pytest.raises(LoadError, match="counted nothing"):
        parse("unable to connect")
