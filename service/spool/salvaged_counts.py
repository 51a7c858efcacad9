"""How many submissions of each form a damaged spool file had taken, so that limits still hold."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

import apsw

from service.spool.form_counts import FormCount, FormCounts
from service.spool.salvaged_rows import read_text

# As what they were put as; a number that is gone is one that nobody believes.
_COUNTS_SQL = """
SELECT CAST(form AS BLOB), ifnull(CAST(accepted AS INTEGER), -1),
    ifnull(CAST(delivered AS INTEGER), -1), ifnull(CAST(elsewhere AS INTEGER), -1)
FROM form_count
"""


def read_counts(
    connection: apsw.Connection, delivered: Mapping[str, int], *, most: int
) -> FormCounts:
    """The counts that can be read, at least those of the delivered rows that were found.

    No count is believed that is beyond `most`, the number of submissions that were ever taken.
    """
    counts = dict(_readable(connection, most))
    for form, rows in delivered.items():
        known = counts.get(form, FormCount())
        counts[form] = replace(known, delivered=max(known.delivered, rows))
    return counts


def _readable(connection: apsw.Connection, most: int) -> Iterator[tuple[str, FormCount]]:
    with suppress(apsw.Error):  # what comes behind a page that is damaged
        for name, accepted, delivered, elsewhere in connection.execute(_COUNTS_SQL):
            form = read_text(name)
            if form is not None and 0 <= delivered <= accepted <= most and elsewhere >= 0:
                yield (
                    form,
                    FormCount(accepted=accepted, delivered=delivered, elsewhere=elsewhere),
                )
