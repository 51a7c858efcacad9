"""What commands show of a dead letter. Pure."""

import base64
import json
from collections.abc import Mapping, Sequence

from rich.table import Column, Table

from service.cli.terminal import tame
from service.spool.dead_letters import DeadLetterRecord
from service.submission import iso_timestamp


def fields(record: DeadLetterRecord) -> Mapping[str, object]:
    """All that is known but the answers, for JSON; no status where no store gave one."""
    return {
        "receipt": str(record.receipt),
        "form": record.form,
        "index": record.index,
        "failed_at": iso_timestamp(record.failed_at),
        "attempts": record.attempts,
        "status": record.status or None,
        "error_type": record.error_type,
        "reason": record.reason,
    }


def with_document(record: DeadLetterRecord, document: bytes | None) -> Mapping[str, object]:
    """As `fields`, with the answers. Where the disk spoilt them, the bytes that are left."""
    try:
        return {**fields(record), "document": None if document is None else json.loads(document)}
    except ValueError:
        left = base64.b64encode(document or b"").decode("ascii")
        return {**fields(record), "document": None, "damaged_document_base64": left}


def table(records: Sequence[DeadLetterRecord]) -> Table:
    """A line each, for people."""
    # The receipt is what the other commands ask for: never cut, however narrow the terminal.
    receipt = Column("receipt", no_wrap=True, min_width=36)
    form, why = Column("form", overflow="fold"), Column("why", overflow="fold")
    shown = Table(receipt, form, "failed at", "attempts", "status", why)
    for record in records:
        shown.add_row(
            str(record.receipt),
            record.form,
            # To the second, and with spaces, so that a narrow terminal breaks it and cuts nothing.
            f"{iso_timestamp(record.failed_at)[:19].replace('T', ' ')} UTC",
            str(record.attempts),
            str(record.status or ""),
            tame(": ".join(filter(None, (record.error_type, record.reason)))),
        )
    return shown


def how_many(count: int) -> str:
    """`1 dead letter`, `2 dead letters`."""
    return f"{count} dead letter{'' if count == 1 else 's'}"
