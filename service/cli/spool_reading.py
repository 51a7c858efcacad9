"""The spool for commands that only look at it, beside a running service or without one."""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from service.cli.start import fail
from service.settings import Settings
from service.spool.connection import open_for_reading
from service.spool.schema import FormatError
from service.spool.slot import Slot


@contextmanager
def reading_spool(settings: Settings) -> Iterator[apsw.Connection | None]:
    """A connection that only reads; None where there is no spool yet. Fails with exit code 1."""
    path = Slot(settings.data_dir).spool
    if not path.exists():
        yield None
        return
    try:
        connection = open_for_reading(path)
    except (apsw.Error, FormatError) as error:
        raise fail(
            f"{path} cannot be read: {error}; this user must be able to write to its folder, too"
        ) from error
    try:
        yield connection
    finally:
        connection.close()
