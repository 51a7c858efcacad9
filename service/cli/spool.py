"""`formwell spool status`: how things stand, for a person at night."""

import asyncio
import json
from collections import deque
from contextlib import suppress

import click

from service.cli.exits import FAILED, fail, settings_or_exit
from service.cli.spool_looking import look
from service.cli.spool_picture import Look, picture
from service.cli.spool_reading import no_spool
from service.cli.spool_words import describe
from service.cli.start import quiet_logs
from service.settings import Settings
from service.spool.receipts import SpoolUnreadable
from service.spool.slot import SlotError
from service.wall_clock import now_ms

BETWEEN_LOOKS_SECONDS = 1.0
RATES_OVER_SECONDS = 60.0


@click.group("spool")
def command() -> None:
    """Look at what waits between the forms and the store."""
    quiet_logs()


@command.command("status")
@click.option("--watch", is_flag=True, help="Look again every second, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a look, for scripts.")
def status(*, watch: bool, as_json: bool) -> None:
    """Say what waits, how fast it goes, what stops it and what to do.

    Works beside a running service and without one, over the spools of all slots. The rates are
    measured between two looks, one second apart; with --watch, over up to a minute. Exit code 1
    where a spool cannot be read.
    """
    settings = settings_or_exit()
    with suppress(KeyboardInterrupt):
        try:
            asyncio.run(_tell(settings, watch=watch, as_json=as_json))
        except (SpoolUnreadable, SlotError) as error:
            raise fail(str(error)) from error


async def _tell(settings: Settings, *, watch: bool, as_json: bool) -> None:
    looks = deque([await look(settings.data_dir)])
    while True:
        await asyncio.sleep(BETWEEN_LOOKS_SECONDS)
        looks.append(await look(settings.data_dir))
        while looks[-1].at_seconds - looks[0].at_seconds > RATES_OVER_SECONDS:
            looks.popleft()
        await _print(settings, looks[0], looks[-1], clear=watch, as_json=as_json)
        if not watch:
            if looks[-1].unreadable:
                raise click.exceptions.Exit(FAILED)
            return


async def _print(
    settings: Settings, earlier: Look, now: Look, *, clear: bool, as_json: bool
) -> None:
    seen = picture(earlier, now, now_ms=now_ms())
    if as_json:
        click.echo(json.dumps(seen.as_json(), ensure_ascii=False))
        return
    if clear:
        click.clear()
    click.echo(
        describe(seen) if now.slots else await asyncio.to_thread(no_spool, settings.data_dir)
    )
