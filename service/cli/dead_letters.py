"""`formwell dead-letters`: what the store refused for good, for a person to look at and send
again."""

import asyncio
import json
from collections.abc import Mapping
from uuid import UUID

import apsw
import click
from rich.console import Console
from rich.table import Column, Table

from service.cli.spool_reading import reading_spool
from service.cli.start import fail, quiet_logs, settings_or_exit
from service.lifespan import open_slot
from service.observability.metrics import Metrics
from service.spool.control import ControlError, ask_service
from service.spool.dead_letters import DeadLetterRecord, list_dead_letters, show_dead_letter
from service.spool.ports import SpoolError
from service.spool.schema import FormatError
from service.spool.slot import Slot, SlotError, SlotTaken
from service.submission import iso_timestamp


@click.group("dead-letters")
def command() -> None:
    """List, show and send again what the store refused for good."""
    quiet_logs()


@command.command("list")
@click.option("--form", help="Only those of this form.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for scripts.")
def list_(*, form: str | None, as_json: bool) -> None:
    """List dead letters, in the order in which they failed."""
    with reading_spool(settings_or_exit()) as connection:
        records = list(list_dead_letters(connection, form=form)) if connection else []
    if as_json:
        for record in records:
            click.echo(json.dumps(_fields(record), ensure_ascii=False))
    elif records:
        _print_table(records)
    else:
        click.echo("There are no dead letters.", err=True)


@command.command("show")
@click.argument("receipt", type=click.UUID)
def show(*, receipt: UUID) -> None:
    """Show one dead letter with its answers, as JSON."""
    with reading_spool(settings_or_exit()) as connection:
        found = show_dead_letter(connection, receipt) if connection else None
    if found is None:
        raise fail(f"there is no dead letter {receipt}; `formwell dead-letters list` shows them")
    record, document = found
    shown = {**_fields(record), "document": json.loads(document)}
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))


@command.command("requeue")
@click.argument("receipt", type=click.UUID, required=False)
@click.option("--form", help="All of this form.")
@click.option("--all", "every", is_flag=True, help="All of them.")
def requeue(*, receipt: UUID | None, form: str | None, every: bool) -> None:
    """Deliver dead letters again: one by its RECEIPT, those of a form, or all.

    Works beside a running service and without one; without, they go out at its next start.
    """
    if sum((receipt is not None, form is not None, every)) != 1:
        raise click.UsageError("give a RECEIPT, --form FORM or --all, and one of them only")
    slot = Slot(settings_or_exit().data_dir)
    try:
        count = asyncio.run(_requeue(slot, form, receipt)) if slot.spool.exists() else 0
    except (ControlError, SlotError, FormatError, SpoolError) as error:
        raise fail(str(error)) from error
    except apsw.Error as error:
        raise fail(f"{slot.spool} cannot be used: {error}") from error
    if receipt is not None and count == 0:
        raise fail(f"there is no dead letter {receipt}; `formwell dead-letters list` shows them")
    click.echo(f"{count} requeued.")


async def _requeue(slot: Slot, form: str | None, receipt: UUID | None) -> int:
    try:
        async with open_slot(slot, Metrics()) as spool:
            return await spool.requeue(form=form, receipt=receipt)
    except SlotTaken:
        answer = await ask_service(
            slot.socket, "requeue", form=form, receipt=None if receipt is None else str(receipt)
        )
        return int(str(answer["requeued"]))


def _fields(record: DeadLetterRecord) -> Mapping[str, object]:
    return {
        "receipt": str(record.receipt),
        "form": record.form,
        "index": record.index,
        "failed_at": iso_timestamp(record.failed_at),
        "attempts": record.attempts,
        "status": record.status,
        "error_type": record.error_type,
        "reason": record.reason,
    }


def _print_table(records: list[DeadLetterRecord]) -> None:
    # The receipt is what the other commands ask for: never cut, however narrow the terminal.
    receipt = Column("receipt", no_wrap=True, min_width=36)
    table = Table(receipt, "form", "failed at", "attempts", "status", "why")
    for record in records:
        table.add_row(
            str(record.receipt),
            record.form,
            iso_timestamp(record.failed_at),
            str(record.attempts),
            str(record.status),
            f"{record.error_type or ''}: {record.reason or ''}",
        )
    Console(highlight=False).print(table, markup=False)
