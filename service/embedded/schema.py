"""The embedded store's file format.

`document` holds what was delivered, byte for byte. `words` is the index over the analysed answers;
its rowid is the document's id. It keeps no copy of the text (`content=''`), and documents can be
taken out of it again (`contentless_delete`). One index serves all forms: how rare a word is counts
over all of them.
"""

import apsw

from service.store import StoreError

VERSION = 1

TOKENIZER = ("unicode61", "remove_diacritics", "2")
"""How text becomes words: split at what is no letter or digit, case and accents folded.

Part of the format: words of a query must be made like those in the file.
"""

_STATEMENTS = f"""
CREATE TABLE document (
    id         INTEGER PRIMARY KEY,
    index_name TEXT NOT NULL,
    receipt    BLOB NOT NULL,
    body       BLOB NOT NULL,
    UNIQUE (receipt, index_name)
) STRICT;
CREATE VIRTUAL TABLE words USING fts5 (
    text, content='', contentless_delete=1, tokenize='{" ".join(TOKENIZER)}'
);
"""


class FormatError(StoreError):
    """The file is not an embedded store that this version can use."""


def version_of(connection: apsw.Connection) -> int:
    """The format of an open file, 0 where nothing was ever written to it.

    Raises FormatError for a newer format than this version knows.
    """
    found = int(connection.pragma("user_version"))
    if found > VERSION:
        raise FormatError(
            f"the embedded store has format {found}, this Formwell knows {VERSION}: "
            "start the newer version that wrote it"
        )
    return found


def create_or_check(connection: apsw.Connection) -> None:
    """Make the tables in an empty file; raises FormatError for a newer one."""
    if version_of(connection) == VERSION:
        return
    with connection:
        connection.execute(_STATEMENTS)
        connection.pragma("user_version", VERSION)
