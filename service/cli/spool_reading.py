"""The spools for commands that only look at them, beside running services or without any."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import apsw
import click

from service.cli.exits import fail
from service.settings import Settings
from service.spool.connection import open_for_reading
from service.spool.damage import UNREADABLE, explain_unreadable
from service.spool.slot import Slot, SlotError, find_slots


@contextmanager
def reading_slots(settings: Settings) -> Iterator[Sequence[apsw.Connection]]:
    """Connections that only read, to the spools of all slots; where there are none, that is said on
    standard error. Fails with exit code 1, also where one turns out to be damaged while it is read.
    """
    with ExitStack() as stack:
        paths = [slot.spool for slot in slots_or_exit(settings)]
        if not paths:
            click.echo(no_spool(settings.data_dir), err=True)
        connections = [stack.enter_context(closing(_open(path))) for path in paths]
        try:
            yield connections
        except UNREADABLE as error:
            # Which of several it is, `formwell spool status` says.
            path = paths[0] if len(paths) == 1 else settings.data_dir
            raise fail(explain_unreadable(path, error)) from error


def slots_or_exit(settings: Settings) -> Sequence[Slot]:
    """The slots that have a spool; or why their folder keeps them secret, and exit code 1."""
    try:
        return find_slots(settings.data_dir)
    except SlotError as error:
        raise fail(str(error)) from error


def no_spool(data_dir: Path) -> str:
    """Of a folder without slots: each service that started has one, so another may be meant."""
    what = "no service has run with it" if data_dir.is_dir() else "there is no such folder"
    return (
        f"There is no spool yet in {data_dir.absolute()}: {what}. FORMWELL_DATA_DIR names the "
        "folder of the service that is meant; a new service makes it when it starts."
    )


def _open(path: Path) -> apsw.Connection:
    try:
        return open_for_reading(path)
    except UNREADABLE as error:
        raise fail(explain_unreadable(path, error)) from error
