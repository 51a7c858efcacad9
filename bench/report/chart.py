"""The chart: requests a second of every contender in every row, as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, select_autoescape

from bench.report.medians import Line
from bench.report.table import ratio_decimals

WIDTH = 860
LABELS = 250  # pixels to the left of the bars
NUMBERS = 150  # and to the right of the longest
BAR = 16
GAP = 6
TITLE = 34
MARGIN = 16

_TEMPLATES = Environment(
    loader=PackageLoader("bench.report", "templates"), autoescape=select_autoescape(["svg"])
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A contender's median, with a line from its least round to its greatest; in pixels."""

    label: str
    colour: int
    y: int
    width: float
    least: float
    greatest: float
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The bars of one row, on a scale of their own."""

    title: str
    y: int
    bars: Sequence[Bar]


def chart(lines: Sequence[Line], rows: Mapping[str, str], contenders: Mapping[str, str]) -> str:
    """As a file of its own. `rows` and `contenders` are titles by name, and give the order."""
    groups: list[Group] = []
    y = MARGIN
    for name, title in rows.items():
        here = [line for line in lines if line.row == name]
        if here:
            groups.append(_group(title, y, here, contenders))
            y += TITLE + len(here) * (BAR + GAP) + GAP
    return _TEMPLATES.get_template("chart.svg").render(
        groups=groups, width=WIDTH, height=y + MARGIN, labels=LABELS, bar=BAR
    )


def _group(title: str, y: int, here: Sequence[Line], contenders: Mapping[str, str]) -> Group:
    order = list(contenders)
    scale = (WIDTH - LABELS - NUMBERS) / max(line.per_second.greatest for line in here)
    ordered = sorted(here, key=lambda line: order.index(line.contender))
    return Group(
        title=title,
        y=y + TITLE - 14,
        bars=[
            Bar(
                label=contenders[line.contender],
                colour=order.index(line.contender),
                y=y + TITLE + place * (BAR + GAP),
                width=round(line.per_second.median * scale, 1),
                least=round(line.per_second.least * scale, 1),
                greatest=round(line.per_second.greatest * scale, 1),
                number=_number(line),
            )
            for place, line in enumerate(ordered)
        ],
    )


def _number(line: Line) -> str:
    if line.ratio is None:
        return f"{line.per_second.median:,.0f}/s"
    ratio = f"{line.ratio.median:.{ratio_decimals(line.ratio)}f}"
    return f"{line.per_second.median:,.0f}/s · {ratio} ×"
