"""The spool file's format.

One table; a row is a submission's whole life: pending → delivered (its document dropped, kept for
a while as the memory of the receipt and the key) → purged, or pending → dead (kept for a person).

- `seq` is given by the one writer and never used again while it lives, so a cursor over it misses
  nothing.
- `next_attempt` is 0 for a row that was not given back yet, else milliseconds on the spool's
  steady clock. After a restart that clock begins behind all of them: every row is due, and nothing
  has to be written for it, which a full disk would refuse.
- `size` is what the row counts for in the totals while its document is there: see `footprint`.
- A document stands in a table of its own. Beside the rest, one of 2 KiB would leave its page almost
  empty when it is dropped, and the page would stay taken for as long as the row is remembered.
- `total` is kept in the same transaction as the rows it counts: counting a million rows at every
  start, or for every scrape, would read the whole file.
- `form_count` says the same of each form, and for ever: a limit counts what was taken, not what is
  still remembered. It is named by the form's id, as the rows are.
- `digest` is that of the document as it was put, and stays when the document goes. It is null only
  for what an older format had delivered.
- The partial indexes hold only the rows of their state, so a long memory of delivered rows costs
  the next claim nothing.
"""

import apsw

from service.spool.digest import digest_of
from service.spool.footprint import ROW_OVERHEAD, footprint

VERSION = 4

_FORM_COUNT = """
CREATE TABLE form_count (
    form      TEXT PRIMARY KEY,
    accepted  INTEGER NOT NULL,
    waiting   INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    elsewhere INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""
_STATEMENTS = (
    """
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
    digest         BLOB,
    UNIQUE (submission_key, form)
) STRICT;
CREATE INDEX submission_pending ON submission (index_name, next_attempt, seq) WHERE state = 0;
CREATE INDEX submission_delivered ON submission (finished_at) WHERE state = 1;
CREATE INDEX submission_dead ON submission (finished_at) WHERE state = 2;
CREATE TABLE document (
    seq  INTEGER PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE total (
    state INTEGER PRIMARY KEY,
    rows  INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO total VALUES (0, 0, 0), (1, 0, 0), (2, 0, 0);
"""
    + _FORM_COUNT
)
# Format 1 had the document in its row, and counted neither pages nor indexes.
_FROM_1 = f"""
CREATE TABLE document (
    seq  INTEGER PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;
INSERT INTO document
    SELECT seq, document FROM submission WHERE document IS NOT NULL ORDER BY seq;
ALTER TABLE submission DROP COLUMN document;
UPDATE submission
    SET size = (SELECT footprint(length(body)) FROM document WHERE seq = submission.seq)
    WHERE state <> 1;
UPDATE total SET bytes = CASE state
    WHEN 1 THEN rows * {ROW_OVERHEAD}
    ELSE (SELECT coalesce(sum(size), 0) FROM submission WHERE state = total.state)
END;
"""  # noqa: S608 - a constant
# Format 2 had no counts of forms. What it delivered and forgot is in the store, beyond what it is
# known to have from here, and so counts as from elsewhere.
_COUNT_FORMS = """
INSERT INTO form_count
    SELECT form, count(*), sum(state = 0), sum(state = 1), 0 FROM submission GROUP BY form;
"""
# Format 3 had no digests: what its disk gives back now is taken as it is.
_FROM_3 = """
ALTER TABLE submission ADD COLUMN digest BLOB;
UPDATE submission SET digest = digest_of(body) FROM document WHERE document.seq = submission.seq;
"""
_FROM_2 = _FORM_COUNT + _COUNT_FORMS + _FROM_3
_UPGRADES = {0: _STATEMENTS, 1: _FROM_1 + _FROM_2, 2: _FROM_2, 3: _FROM_3}


class FormatError(Exception):
    """The file is not a spool this version can read."""


def create_or_check(connection: apsw.Connection) -> None:
    """Make the tables in an empty file, bring those of an older format to this one, all or nothing.

    Refuses a file of a newer format with FormatError.
    """
    found = connection.pragma("user_version")
    if found == VERSION:
        return
    if found > VERSION:
        raise FormatError(
            f"the spool file has format {found}, this Formwell knows {VERSION}: "
            "start the newer version that wrote it"
        )
    if found not in _UPGRADES:
        raise FormatError(
            f"the spool file has format {found}, which there never was: it is damaged"
        )
    connection.create_scalar_function("footprint", lambda *size: footprint(*map(int, size)), 1)
    connection.create_scalar_function("digest_of", _digest_of, 1)
    with connection:
        connection.execute(_UPGRADES[found])
        connection.pragma("user_version", VERSION)


def _digest_of(*body: object) -> bytes:
    (document,) = body
    if not isinstance(document, bytes):
        raise FormatError("a document is no blob")
    return digest_of(document)
