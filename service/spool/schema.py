"""The spool file's format.

One table; a row is a submission's whole life: pending → delivered (its document dropped, kept for
a while as the memory of the receipt and the key) → purged, or pending → dead (kept for a person).

- `seq` is given by the one writer and never used again while it lives, so a cursor over it misses
  nothing.
- `next_attempt` is 0 for a row that was not given back yet, else milliseconds on the spool's
  steady clock. It means nothing after a restart and is then set to 0.
- `size` is what the row counts for in the totals: its document and `ROW_OVERHEAD`.
- `total` is kept in the same transaction as the rows it counts: counting a million rows at every
  start, or for every scrape, would read the whole file.
- The partial indexes hold only the rows of their state, so a long memory of delivered rows costs
  the next claim nothing.
"""

import apsw

VERSION = 1
ROW_OVERHEAD = 256
"""Bytes a row takes beside its document, its index entries included; measured, rounded up."""

_STATEMENTS = """
CREATE TABLE submission (
    seq            INTEGER PRIMARY KEY,
    receipt        BLOB NOT NULL UNIQUE,
    submission_key TEXT NOT NULL,
    form           TEXT NOT NULL,
    index_name     TEXT NOT NULL,
    received_at    INTEGER NOT NULL,
    state          INTEGER NOT NULL,
    next_attempt   INTEGER NOT NULL,
    attempts       INTEGER NOT NULL,
    finished_at    INTEGER,
    size           INTEGER NOT NULL,
    status         INTEGER,
    error_type     TEXT,
    reason         TEXT,
    document       BLOB,
    UNIQUE (submission_key, form)
) STRICT;
CREATE INDEX submission_pending ON submission (index_name, next_attempt, seq) WHERE state = 0;
CREATE INDEX submission_delivered ON submission (finished_at) WHERE state = 1;
CREATE INDEX submission_dead ON submission (finished_at) WHERE state = 2;
CREATE TABLE total (
    state INTEGER PRIMARY KEY,
    rows  INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO total VALUES (0, 0, 0), (1, 0, 0), (2, 0, 0);
"""


class FormatError(Exception):
    """The file is not a spool this version can read."""


def create_or_check(connection: apsw.Connection) -> None:
    """Make the tables in an empty file; refuse a file of a newer format with FormatError."""
    found = connection.pragma("user_version")
    if found == VERSION:
        return
    if found > VERSION:
        raise FormatError(
            f"the spool file has format {found}, this Formwell knows {VERSION}: "
            "start the newer version that wrote it"
        )
    with connection:
        connection.execute(_STATEMENTS)
        connection.pragma("user_version", VERSION)
