"""`formwell recover`: get back what is in a damaged spool file."""

from pathlib import Path

import apsw
import click

from service.cli.exits import fail
from service.cli.start import quiet_logs
from service.spool.salvage import Unsalvageable, salvage
from service.spool.schema import FormatError
from service.spool.slot import SlotError


@click.command("recover")
@click.argument("damaged", type=Path)
@click.argument("new", type=Path)
def command(*, damaged: Path, new: Path) -> None:
    """Put what can be read of the spool file DAMAGED into a NEW one.

    DAMAGED is only read, with the -wal file beside it; no service may be using it. Answers whose
    rows cannot be read go into a file beside NEW, a line of JSON each. Exit code 0 where the new
    file holds all that could be read, 1 where nothing could.
    """
    quiet_logs()
    if not damaged.is_file():
        raise fail(f"there is no file {damaged}")
    if not damaged.stat().st_size:
        raise fail(f"{damaged} is empty: nothing can be got back from it")
    try:
        new.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = salvage(damaged, new)
    except (Unsalvageable, SlotError, FormatError) as error:
        raise fail(str(error)) from error
    except (apsw.Error, OSError) as error:
        raise fail(f"{damaged} could not be copied to {new}: {error}") from error
    click.echo(f"{found.waiting} waiting and {found.dead} dead letters are in {new}.")
    if found.unplaced:
        beside = new.with_name(f"{new.name}.unplaced.jsonl")
        beside.touch(mode=0o600)
        beside.write_bytes(b"".join(document + b"\n" for document in found.unplaced))
        click.echo(f"{len(found.unplaced)} without their rows are in {beside}.")
    if found.lost:
        click.echo(f"{found.lost} could not be read; some of them may have been delivered before.")
