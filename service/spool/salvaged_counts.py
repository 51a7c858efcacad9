"""How many submissions of each form a damaged spool file had taken, so that limits still hold."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

import apsw

from service.spool.form_counts import FormCount, FormCounts

_COUNTS_SQL = "SELECT form, accepted, delivered, elsewhere FROM form_count"


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
        for form, accepted, delivered, elsewhere in connection.execute(_COUNTS_SQL):
            if 0 <= delivered <= accepted <= most and elsewhere >= 0:
                yield (
                    form,
                    FormCount(accepted=accepted, delivered=delivered, elsewhere=elsewhere),
                )
