"""`make bench`: measure, print the table, and save it with its chart and every measurement."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from bench.contenders import EVERYBODY, Store
from bench.cores import Cores, divide, leave_the_server_alone
from bench.figures import measure, sizes
from bench.machine import describe
from bench.measurement import Figure, Skipped, Turn
from bench.report.chart import chart
from bench.report.medians import lines
from bench.report.page import CHART, page
from bench.report.progress import told
from bench.results import Results, to_json
from bench.rounds import measure_rows
from bench.rows import ROWS, Row
from bench.store import StoreView
from bench.turn import Conditions, Lengths
from bench.wrk import LoadError, require_wrk
from tests.opensearch_server import temporary_server

FULL = Lengths(rounds=3, warm_up=3.0, measured=10.0, pause=0.5)
QUICK = Lengths(rounds=1, warm_up=1.0, measured=3.0, pause=0.2)
NAMES = (*(row.name for row in ROWS), *measure.NAMES)
RESULTS = Path(__file__).with_name("results")


def _chosen(_: click.Context, __: click.Parameter, text: str) -> Sequence[str]:
    names = [name.strip() for name in text.split(",") if name.strip()] or NAMES
    for name in names:
        if name not in NAMES:
            raise click.BadParameter(f"There is no {name}. There are: {', '.join(NAMES)}.")
    return names


@click.command()
@click.option("--rows", "names", default="", callback=_chosen, help="Only these, by commas.")
@click.option("--quick", is_flag=True, help="One short round of each.")
@click.option("--rounds", type=click.IntRange(min=1), help="So many rounds of each row.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=RESULTS,
    help="The folder for README.md, chart.svg and results.json.",
)
def main(names: Sequence[str], quick: bool, rounds: int | None, output: Path) -> None:
    """Measure Formwell beside its peers, and the limit of them all."""
    lengths = QUICK if quick else FULL
    if rounds is not None:
        lengths = Lengths(**{**asdict(lengths), "rounds": rounds})
    cores = divide()
    leave_the_server_alone(cores)
    try:
        require_wrk()
    except LoadError as error:
        raise click.ClickException(str(error)) from error
    began = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    measured: list[Turn | Skipped | Figure] = []
    try:
        for one in _measure(names, lengths, sizes.QUICK if quick else sizes.FULL, cores):
            measured.append(one)
            click.echo(told(one))
    except KeyboardInterrupt:
        click.echo("Interrupted. What was measured until now is kept.")
    results = Results(
        began=began,
        machine=describe(cores),
        lengths=asdict(lengths),
        turns=[one for one in measured if isinstance(one, Turn)],
        skipped=[one for one in measured if isinstance(one, Skipped)],
        figures=[one for one in measured if isinstance(one, Figure)],
    )
    _save(results, output)


def _measure(
    names: Sequence[str], lengths: Lengths, size: sizes.Sizes, cores: Cores
) -> Iterator[Turn | Skipped | Figure]:
    rows = [row for row in ROWS if row.name in names]
    with ExitStack() as stack:
        store = None
        if _needs_opensearch(rows):
            click.echo("Starting OpenSearch; the first time it fetches about 85 MB.")
            store = StoreView(stack.enter_context(temporary_server()).url)
        yield from measure_rows(rows, Conditions(cores=cores, lengths=lengths, store=store))
    yield from measure.measure_figures(names, cores, size)


def _needs_opensearch(rows: Sequence[Row]) -> bool:
    return any(one.store is Store.OPENSEARCH for row in rows for one in row.contenders)


def _save(results: Results, folder: Path) -> None:
    contenders = {one.name: one.title for one in EVERYBODY}
    titles = {row.name: row.title for row in ROWS}
    medians = lines(results.turns)
    text = page(results, medians, titles, contenders)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(text)
    (folder / "results.json").write_text(to_json(results))
    (folder / CHART).write_text(chart(medians, titles, contenders))
    click.echo(f"\n{text}\nSaved in {folder}.")


if __name__ == "__main__":
    main()
