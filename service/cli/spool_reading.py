"""The spools for commands that only look at them, beside running services or without any."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import apsw

from service.cli.start import fail
from service.settings import Settings
from service.spool.connection import open_for_reading
from service.spool.schema import FormatError
from service.spool.slot import find_slots


@contextmanager
def reading_slots(settings: Settings) -> Iterator[Sequence[apsw.Connection]]:
    """Connections that only read, to the spools of all slots. Fails with exit code 1."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(closing(_open(slot.spool)))
            for slot in find_slots(settings.data_dir)
        ]


def _open(path: Path) -> apsw.Connection:
    try:
        return open_for_reading(path)
    except (apsw.Error, FormatError) as error:
        raise fail(
            f"{path} cannot be read: {error}; this user must be able to write to its folder, too"
        ) from error
