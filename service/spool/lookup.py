"""Submissions by what names them to people, read beside a running service."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import apsw

from service.spool.ports import State
from service.submission import reference_bits

# Over the index of receipts alone: as long as a look at every receipt, not at every row.
_BY_ENDING = "WHERE substr(receipt, -4) = ?"
_BY_RECEIPT = "WHERE receipt = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledSubmission:
    """A submission's row; times in ms since the epoch, UTC. `document` is None once delivered."""

    receipt: UUID
    form: str
    index: str
    received_at: int
    state: State
    finished_at: int | None
    reason: str | None
    document: bytes | None


def look_up(connection: apsw.Connection, wanted: UUID | int) -> Sequence[SpooledSubmission]:
    """The row with this receipt, or all whose short reference stands for these bits."""
    if isinstance(wanted, UUID):
        where, named = _BY_RECEIPT, wanted.bytes
    else:
        where, named = _BY_ENDING, (wanted & 0xFFFF_FFFF).to_bytes(4, "big")
    rows = connection.execute(
        "SELECT receipt, form, index_name, received_at, state, finished_at,"  # noqa: S608 - constants
        f" error_type, reason, body FROM submission LEFT JOIN document USING (seq) {where}"
        " ORDER BY seq",
        (named,),
    )
    found = [
        SpooledSubmission(
            receipt=UUID(bytes=receipt),
            form=form,
            index=index,
            received_at=received_at,
            state=State(state),
            finished_at=finished_at,
            reason=": ".join(filter(None, (error_type, reason))) or None,
            document=body,
        )
        for receipt, form, index, received_at, state, finished_at, error_type, reason, body in rows
    ]
    return [one for one in found if wanted in (one.receipt, reference_bits(one.receipt))]
