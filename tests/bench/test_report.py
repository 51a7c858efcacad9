"""What a benchmark leaves: goals, a page, a chart, and every measurement."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from bench.measurement import Figure, Skipped
from bench.report.chart import chart
from bench.report.goals import GOALS, goals_table
from bench.report.medians import Spread, lines
from bench.report.page import page
from bench.results import Results, from_json, to_json
from tests.bench.test_medians import TURN

SVG = "{http://www.w3.org/2000/svg}"
ROWS = {"submit": "Submissions", "page": "The page"}
CONTENDERS = {"limit": "The limit", "formwell": "Formwell & null", "flask": "Flask"}
RESULTS = Results(
    began="2026-11-22 12:00 UTC",
    machine={"cores": "2"},
    lengths={"rounds": 1},
    turns=[
        TURN,
        replace(TURN, contender="formwell", per_second=600.0, p99_ms=16.0, found=1_000),
    ],
    skipped=[Skipped(row="page", contender="flask", reason="No such page.")],
    figures=[Figure(name="start.empty", round=0, value=0.7, unit="s")],
)


def test_goals_say_whether_they_are_reached_and_only_what_was_measured() -> None:
    table = goals_table(RESULTS)
    assert "null store | ≥ 0.5 × the limit | 0.60 | yes |" in table
    assert "p99 of the same | ≤ 3 × the limit | 4.00 | **no** |" in table
    assert "empty spool | ≤ 1.2 s | 0.70 | yes |" in table
    assert "in all rows | ≥ 1 of all turns | 1.00 | yes |" in table
    assert len(table.splitlines()) == 2 + 4
    assert goals_table(replace(RESULTS, turns=[], figures=[])) == ""


def test_two_workers_are_compared_with_one_of_the_same_round() -> None:
    one = replace(TURN, row="workers-1", contender="formwell", per_second=100.0)
    two = replace(TURN, row="workers-2", contender="formwell", per_second=150.0)
    turns = [one, replace(one, round=1, per_second=50.0), two, replace(two, round=1)]
    (goal,) = (goal for goal in GOALS if goal.title.startswith("Two workers"))
    measured = goal.measured(replace(RESULTS, turns=turns))
    assert measured == Spread(median=2.25, least=1.5, greatest=3.0)


def test_the_page_has_rows_figures_and_who_was_skipped() -> None:
    text = page(RESULTS, lines(RESULTS.turns), ROWS, CONTENDERS)
    assert "| Formwell & null | 600 | 0.60 |" in text
    assert "Flask: skipped. No such page." in text
    assert "| start.empty | 0.70 | s |" in text


def test_a_figure_that_failed_is_told_beside_the_others() -> None:
    failed = Skipped(row="drain", contender="formwell", reason="of 9 rows 3 still wait")
    text = page(replace(RESULTS, skipped=[failed]), lines(RESULTS.turns), ROWS, CONTENDERS)
    assert text.endswith("drain: formwell could not be measured: of 9 rows 3 still wait\n")


def test_a_backlog_is_told_in_seconds_of_submissions() -> None:
    turn = replace(TURN, contender="formwell-opensearch", per_second=500.0)
    for backlog, verdict in ((250, "0.50 | yes |"), (2_000, "4.00 | **no** |")):
        table = goals_table(replace(RESULTS, turns=[replace(turn, backlog=backlog)]))
        assert (
            f"| What waits for OpenSearch when that load ends | ≤ 1 s of submissions | {verdict}"
            in table
        )


def test_one_turn_with_something_missing_is_seen_in_the_goals() -> None:
    whole = replace(TURN, contender="flask", found=1_000)
    table = goals_table(replace(RESULTS, turns=[whole, replace(whole, found=999)]))
    assert (
        "Everything acknowledged found, in all rows | ≥ 1 of all turns | 0.50 | **no** |" in table
    )


def test_the_chart_has_a_bar_for_each_contender_as_long_as_it_is_fast() -> None:
    drawn = ElementTree.fromstring(chart(lines(RESULTS.turns), ROWS, CONTENDERS))  # noqa: S314  # our own
    bars = [bar for bar in drawn.iter(f"{SVG}rect") if bar.get("class") != "paper"]
    limit, formwell = (float(bar.get("width", "0")) for bar in bars)
    assert formwell == pytest.approx(0.6 * limit)
    assert "Formwell & null" in [text.text for text in drawn.iter(f"{SVG}text")]


def test_results_are_read_back_as_they_were_saved() -> None:
    assert from_json(to_json(RESULTS)) == RESULTS
