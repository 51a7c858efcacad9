"""One submission as `formwell find` tells of it, put together from spool and store. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.spool.lookup import SpooledSubmission
from service.spool.ports import State
from service.store import Hit
from service.submission import iso_timestamp, short_reference

_WHERE = {
    State.PENDING: "safe in the spool, waiting for the store",
    State.DELIVERED: "delivered to the store at {at}",
    State.DEAD: "set aside at {at}, as the store refused it: {reason}; see formwell dead-letters",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A submission and where it stands; `state` is None where the spool does not know it (any
    more), `stored` None where the store could not be asked."""

    receipt: UUID
    form: str
    index: str
    received_at: str
    state: State | None
    stored: bool | None
    where: str
    document: Mapping[str, object] | None

    def as_json(self, *, with_document: bool) -> dict[str, object]:
        """For scripts: the document only where it is asked for."""
        facts: dict[str, object] = {
            "receipt": str(self.receipt),
            "reference": short_reference(self.receipt),
            "form": self.form,
            "index": self.index,
            "received_at": self.received_at,
            "state": None if self.state is None else self.state.name.lower(),
            "stored": self.stored,
            "where": self.where,
        }
        return {**facts, "document": self.document} if with_document else facts


def put_together(
    spooled: Iterable[SpooledSubmission], hits: Sequence[Hit], *, asked: bool
) -> list[Found]:
    """Each submission once, those of the spools first; `asked` unless the store did not answer.

    One that was sent to two processes is in two spools: it is told of as the first of them has it.
    """
    stored = {hit.receipt: hit for hit in hits}
    rows = {row.receipt: row for row in reversed(list(spooled))}
    found = [
        _from_spool(row, stored.pop(str(row.receipt), None), asked)
        for row in reversed(rows.values())
    ]
    return found + [_from_store(hit) for hit in stored.values()]


def _from_spool(row: SpooledSubmission, hit: Hit | None, asked: bool) -> Found:
    at = "" if row.finished_at is None else iso_timestamp(row.finished_at)
    where = _WHERE[row.state].format(at=at, reason=row.reason)
    if row.state is State.DELIVERED and hit is None:
        where += (
            ", which does not show it: it was removed since, or came within the last seconds"
            if asked
            else "; the store could not be asked"
        )
    document = json.loads(row.document) if row.document is not None else None
    return Found(
        receipt=row.receipt,
        form=row.form,
        index=row.index,
        received_at=iso_timestamp(row.received_at),
        state=row.state,
        stored=hit is not None if hit or asked else None,
        where=where,
        document=hit.document if hit is not None else document,
    )


def _from_store(hit: Hit) -> Found:
    return Found(
        receipt=UUID(hit.receipt),
        form=str(hit.document.get("form", "")),
        index=hit.index,
        received_at=str(hit.document.get("iso_timestamp", "")),
        state=None,
        stored=True,
        where="in the store",
        document=hit.document,
    )
