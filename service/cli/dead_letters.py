"""`formwell dead-letters`: what the store refused for good, for a person to look at, take out,
send again or throw away."""

import json
from uuid import UUID

import click
from rich.console import Console

from service.cli.dead_letters_change import allow, purge, requeue
from service.cli.dead_letters_chosen import form_option, none_there, reason_option
from service.cli.dead_letters_export import export
from service.cli.dead_letters_shown import fields, how_many, table, with_document
from service.cli.exits import settings_or_exit
from service.cli.spool_reading import reading_slots
from service.cli.start import quiet_logs
from service.spool.dead_letters import list_dead_letters, show_dead_letter
from service.spool.selection import Selection


@click.group("dead-letters")
def command() -> None:
    """Look at what the store refused for good, take it out, send it again or throw it away.

    All of it works beside a running service and without one, over all slots.
    """
    quiet_logs()


command.add_command(export)
command.add_command(requeue)
command.add_command(purge)
command.add_command(allow)


@command.command("list")
@form_option
@reason_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for scripts.")
def list_(*, form: str | None, reason: str | None, as_json: bool) -> None:
    """List dead letters without their answers, in the order in which they failed."""
    selection = Selection(form=form, reason=reason)
    with reading_slots(settings_or_exit()) as connections:
        found = (
            record
            for connection in connections
            for record in list_dead_letters(connection, selection)
        )
        if as_json:
            for record in found:
                click.echo(json.dumps(fields(record), ensure_ascii=False))
            return
        records = sorted(found, key=lambda record: record.failed_at)
    if records:
        Console(highlight=False).print(table(records), markup=False)
        click.echo(f"{how_many(len(records))}.", err=True)
    elif connections:
        click.echo("There are no dead letters.", err=True)


@command.command("show")
@click.argument("receipt", type=click.UUID)
def show(*, receipt: UUID) -> None:
    """Show one dead letter with its answers, as JSON."""
    with reading_slots(settings_or_exit()) as connections:
        for connection in connections:
            if (found := show_dead_letter(connection, receipt)) is not None:
                click.echo(json.dumps(with_document(*found), ensure_ascii=False, indent=2))
                return
    raise none_there(receipt)
