"""What is in a slot that nobody holds."""

from contextlib import closing, suppress

import apsw

from service.spool.connection import open_for_reading
from service.spool.dead_letters import read_totals
from service.spool.schema import FormatError
from service.spool.slot import Slot, SlotError
from service.spool.totals import Totals

_OLDEST_SQL = "SELECT min(received_at) FROM submission WHERE state = 0"


def read_free(slot: Slot) -> tuple[Totals, int | None] | None:
    """Its totals, and when its oldest pending submission was received, ms since the epoch; None
    where somebody holds it, or where it cannot be read. Blocks."""
    with (
        suppress(SlotError, FormatError, apsw.Error),
        slot.hold(),
        closing(open_for_reading(slot.spool)) as connection,
    ):
        return read_totals(connection), connection.execute(_OLDEST_SQL).get
    return None
