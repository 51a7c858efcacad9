"""The page that a benchmark leaves: goals, rows, other figures, and what it was measured on."""

from collections.abc import Mapping, Sequence

from bench.report.goals import goals_table
from bench.report.medians import Line, figures
from bench.report.progress import told
from bench.report.table import markdown, rows_table, shown
from bench.results import Results

CHART = "chart.svg"


def page(
    results: Results, lines: Sequence[Line], rows: Mapping[str, str], contenders: Mapping[str, str]
) -> str:
    """As Markdown. `rows` and `contenders` are titles by name."""
    machine = ", ".join(f"{name} {value}" for name, value in results.machine.items())
    lengths = ", ".join(f"{name} {value:g}" for name, value in results.lengths.items())
    parts = [
        "# Measured",
        f"{results.began}. {machine}. Rounds and seconds: {lengths}. Medians, with the least and "
        "the greatest round in brackets.",
    ]
    if goals := goals_table(results):
        parts += ["## What is meant to be reached", goals]
    if lines or results.skipped:
        parts += ["## Rows"]
        parts += [f"![Requests a second, by row and contender]({CHART})"] if lines else []
        parts += [rows_table(lines, results.skipped, rows, contenders).rstrip()]
    if results.figures:
        cells = [
            (name, shown(spread, _decimals(spread.median)), unit)
            for name, (spread, unit) in figures(results.figures).items()
        ]
        parts += ["## Other figures", markdown(("figure", "measured", "unit"), cells)]
    parts += [told(one) for one in results.skipped if one.row not in rows]
    return "\n\n".join(part for part in parts if part) + "\n"


def _decimals(value: float) -> int:
    return 0 if value >= 100 else 2
