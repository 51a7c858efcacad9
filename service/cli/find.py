"""`formwell find`: where is the submission of somebody who reads out a reference?"""

import asyncio
import json
from collections.abc import Collection, Sequence
from uuid import UUID

import click

from service.cli.exits import fail, settings_or_exit
from service.cli.found import Found, put_together
from service.cli.spool_reading import reading_slots
from service.cli.start import forms_or_exit, quiet_logs
from service.cli.terminal import tame
from service.forms.definition import Form
from service.lifespan import connect_store
from service.observability.metrics import Metrics
from service.settings import Settings
from service.spool.lookup import look_up
from service.store import Hit, StoreError
from service.submission import parse_reference, short_reference


@click.command("find")
@click.argument("wanted", metavar="REFERENCE|RECEIPT")
@click.option("--show", is_flag=True, help="Show the answers, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for scripts.")
def command(*, wanted: str, show: bool, as_json: bool) -> None:
    """Find a submission by its short reference (like BK4-TM7-PX2) or its receipt.

    Looks into the spools of all slots, then into the store. Case, spaces and dashes do not matter.
    A reference may belong to several: all are listed. Exit code 1 where nothing is found.
    """
    quiet_logs()
    name = _parse(wanted)
    if name is None:
        raise click.UsageError(
            f"{wanted!r} is neither a reference, like BK4-TM7-PX2, nor a receipt (a UUID)"
        )
    settings = settings_or_exit()
    forms, _ = forms_or_exit(settings)
    with reading_slots(settings) as connections:
        spooled = [row for connection in connections for row in look_up(connection, name)]
    hits: Sequence[Hit] = ()
    trouble: StoreError | None = None
    try:
        hits = asyncio.run(_fetch(settings, forms.values(), name))
    except StoreError as error:
        trouble = error
    found = put_together(spooled, hits, asked=trouble is None)
    for one in found:
        if as_json:
            click.echo(json.dumps(one.as_json(with_document=show), ensure_ascii=False))
        else:
            _print(one, show=show)
    if trouble is not None:
        sentence = f"the store cannot be asked: {trouble}"
        if not found:
            raise fail(f"{sentence}; the spool does not know {wanted}")
        click.echo(f"formwell: {sentence}", err=True)
    elif not found:
        raise fail(f"neither the spool nor the store of any form has {wanted}")


def _parse(wanted: str) -> UUID | int | None:
    bits = parse_reference(wanted)
    if bits is not None:
        return bits
    try:
        return UUID(wanted.strip())
    except ValueError:
        return None


async def _fetch(settings: Settings, forms: Collection[Form], wanted: UUID | int) -> list[Hit]:
    async with connect_store(settings, forms, Metrics(), reading=True) as connected:
        return [hit for form in forms for hit in await connected.store.fetch(form.index, wanted)]


def _print(found: Found, *, show: bool) -> None:
    click.echo(f"{short_reference(found.receipt)}  {found.receipt}")
    click.echo(f"  form:     {tame(found.form)} (index {tame(found.index)})")
    click.echo(f"  received: {tame(found.received_at)}")
    click.echo(f"  where:    {tame(found.where)}")
    if show and found.document is None:
        click.echo("  answers:  only the store has them")
    elif show:
        for name, answer in (found.document or {}).items():
            click.echo(f"  {tame(name)}: {tame(answer)}")
