"""`formwell dead-letters export`: take them out, with their answers."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import apsw
import click

from service.cli.dead_letters_chosen import form_option, reason_option
from service.cli.dead_letters_shown import how_many, with_document
from service.cli.exits import fail, settings_or_exit
from service.cli.going_through import counting
from service.cli.spool_reading import reading_slots
from service.cli.whole_file import whole_file
from service.spool.dead_letters import count_dead_letters, list_dead_letters, read_document
from service.spool.selection import Selection


@click.command("export")
@form_option
@reason_option
@click.option(
    "--output",
    type=Path,
    help="A file instead of standard output; it is there whole, or not at all.",
)
def export(*, form: str | None, reason: str | None, output: Path | None) -> None:
    """Write dead letters with their answers as JSON Lines; nothing is changed.

    The answers are personal data: a file that is made can be read by this user only.
    """
    selection = Selection(form=form, reason=reason)
    with reading_slots(settings_or_exit()) as connections:
        total = sum(count_dead_letters(connection, selection) for connection in connections)
        lines = _lines(connections, selection)
        count = _print(lines) if output is None else _write(output, lines, total)
    click.echo(f"{how_many(count)} exported.", err=True)


def _print(lines: Iterator[bytes]) -> int:
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 - the last of them is how many there were
        click.echo(line, nl=False)
    return count


def _write(output: Path, lines: Iterator[bytes], total: int) -> int:
    count = 0
    try:
        with whole_file(output) as file, counting("exporting", total) as tell:
            for line in lines:
                file.write(line)
                count += 1
                tell(1)
    except OSError as error:
        raise fail(f"{output} cannot be written: {error.strerror or error}") from error
    return count


def _lines(connections: Sequence[apsw.Connection], selection: Selection) -> Iterator[bytes]:
    for connection in connections:
        for record in list_dead_letters(connection, selection):
            shown = with_document(record, read_document(connection, record.receipt))
            yield json.dumps(shown, ensure_ascii=False).encode() + b"\n"
