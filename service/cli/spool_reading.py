"""The spools for commands that only look at them, beside running services or without any."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import apsw

from service.cli.start import fail
from service.settings import Settings
from service.spool.connection import open_for_reading
from service.spool.damage import UNREADABLE, explain_unreadable
from service.spool.slot import find_slots


@contextmanager
def reading_slots(settings: Settings) -> Iterator[Sequence[apsw.Connection]]:
    """Connections that only read, to the spools of all slots. Fails with exit code 1, also where
    one turns out to be damaged while it is read."""
    with ExitStack() as stack:
        paths = [slot.spool for slot in find_slots(settings.data_dir)]
        connections = [stack.enter_context(closing(_open(path))) for path in paths]
        try:
            yield connections
        except UNREADABLE as error:
            # Which of several it is, `formwell spool status` says.
            path = paths[0] if len(paths) == 1 else settings.data_dir
            raise fail(explain_unreadable(path, error)) from error


def _open(path: Path) -> apsw.Connection:
    try:
        return open_for_reading(path)
    except UNREADABLE as error:
        raise fail(explain_unreadable(path, error)) from error
