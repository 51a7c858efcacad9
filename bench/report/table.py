"""The table of the rows, as Markdown."""

from collections.abc import Mapping, Sequence

from bench.measurement import Skipped
from bench.report.medians import Line, Spread

_MIB = 1024**2
_HEAD = (
    "contender",
    "requests/s",
    "× the limit",
    "p50, ms",
    "p99, ms",
    "CPU s per 1,000",
    "peak MiB",
    "acknowledged",
    "found",
    "backlog",
)


def rows_table(
    lines: Sequence[Line],
    skipped: Sequence[Skipped],
    rows: Mapping[str, str],
    contenders: Mapping[str, str],
) -> str:
    """A section for each row that was measured, under its title; `contenders` are titles too."""
    sections = []
    for name, title in rows.items():
        here = [line for line in lines if line.row == name]
        missing = {one.contender: one.reason for one in skipped if one.row == name}
        if here or missing:
            cells = [_cells(line, contenders[line.contender]) for line in here]
            notes = [
                f"{contenders[one]}: skipped. {_last_line(reason)}"
                for one, reason in missing.items()
            ]
            parts = [f"### {title}", markdown(_HEAD, cells) if cells else "", *notes]
            sections.append("\n\n".join(part for part in parts if part))
    return "\n\n".join(sections) + "\n"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; all columns but the first stand to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def shown(values: Spread | None, decimals: int = 0) -> str:
    """The median, and the least and greatest where they are different; a dash for none."""
    if values is None:
        return "–"
    median, least, greatest = (
        f"{value:,.{decimals}f}" for value in (values.median, values.least, values.greatest)
    )
    return median if least == greatest else f"{median} ({least}–{greatest})"


def ratio_decimals(ratio: Spread | None) -> int:
    """Enough to tell a small part from nothing."""
    return 2 if ratio is None or ratio.median >= 0.1 else 4


def _cells(line: Line, title: str) -> Sequence[str]:
    peaks = Spread(
        median=line.peak_bytes.median / _MIB,
        least=line.peak_bytes.least / _MIB,
        greatest=line.peak_bytes.greatest / _MIB,
    )
    return (
        title,
        shown(line.per_second),
        shown(line.ratio, ratio_decimals(line.ratio)),
        shown(line.p50_ms, 1),
        shown(line.p99_ms, 1),
        shown(line.cpu_seconds_per_1000, 3),
        shown(peaks),
        f"{line.acknowledged:,}{_trouble(line)}",
        _found(line),
        shown(line.backlog),
    )


def _trouble(line: Line) -> str:
    wrong = f", **{line.wrong:,} wrong answers**" if line.wrong else ""
    return wrong + (f", {line.broken:,} broken off" if line.broken else "")


def _found(line: Line) -> str:
    if line.found is None:
        return "–"
    return f"{line.found:,}" if line.everything_found else f"**{line.found:,}: not all**"


def _last_line(reason: str) -> str:
    return reason.strip().splitlines()[-1] if reason.strip() else "It said nothing."
