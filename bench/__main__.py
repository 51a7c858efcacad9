"""`make bench`: measure, print the table, and save it with its chart."""

import sys
from contextlib import ExitStack

import click

from bench.contenders import EVERYBODY, Store
from bench.cores import divide, leave_the_server_alone
from bench.report.medians import lines
from bench.report.table import rows_table
from bench.rounds import measure_rows
from bench.rows import ROWS
from bench.store import StoreView
from bench.turn import Conditions, Lengths
from bench.wrk import LoadError, require_wrk
from tests.opensearch_server import temporary_server

FULL = Lengths(rounds=5, warm_up=3.0, measured=10.0, pause=0.5)
QUICK = Lengths(rounds=1, warm_up=1.0, measured=3.0, pause=0.2)


@click.command()
@click.option("--rows", default="", help="Only these, separated by commas.")
@click.option("--quick", is_flag=True, help="One short round.")
def main(rows: str, quick: bool) -> None:
    """Measure Formwell beside its peers, and the limit of them all."""
    wanted = [row for row in ROWS if not rows or row.name in rows.split(",")]
    cores = divide()
    leave_the_server_alone(cores)
    try:
        require_wrk()
        with ExitStack() as stack:
            store = None
            if any(one.store is Store.OPENSEARCH for row in wanted for one in row.contenders):
                store = StoreView(stack.enter_context(temporary_server()).url)
            conditions = Conditions(cores=cores, lengths=QUICK if quick else FULL, store=store)
            turns, skipped = measure_rows(wanted, conditions, say)
    except LoadError as error:
        raise click.ClickException(str(error)) from error
    titles = {one.name: one.title for one in EVERYBODY}
    say(rows_table(lines(turns), skipped, {row.name: row.title for row in ROWS}, titles))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
