"""How many submissions of each form were taken, here and elsewhere: what a limit is held against.

Here is exact: counted in the transaction of the rows, and never taken back when rows are purged.
Elsewhere (other replicas, a spool that was lost) is what the store has beyond what it has from
here. At any moment between a bulk and its settlement nobody can tell the two apart, so the store's
number gives two bounds, and the estimate moves only where it left them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from service.spool.connection import SpoolConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCount:
    """Submissions of one form: `accepted` by this spool ever, those of them that `wait` for
    delivery and that were `delivered`, and what is known to have come from `elsewhere`."""

    accepted: int = 0
    waiting: int = 0
    delivered: int = 0
    elsewhere: int = 0

    @property
    def total(self) -> int:
        """All that are known of."""
        return self.accepted + self.elsewhere

    def seen_in_store(self, documents: int) -> "FormCount":
        """The count after the store said how many documents it has.

        To be compared with a count that is no older than the store's answer.
        """
        most = max(0, documents - self.delivered)
        least = max(0, documents - self.delivered - self.waiting)
        return replace(self, elsewhere=min(max(self.elsewhere, least), most))


FormCounts = Mapping[str, FormCount]
_NONE = FormCount()


class FormLedger:
    """The counts of all forms, kept along with one transaction at a time; as `TotalsLedger`."""

    def __init__(self, connection: SpoolConnection) -> None:
        self._connection = connection
        rows = connection.execute(
            "SELECT form, accepted, waiting, delivered, elsewhere FROM form_count"
        )
        self.counts: FormCounts = {
            form: FormCount(
                accepted=accepted, waiting=waiting, delivered=delivered, elsewhere=elsewhere
            )
            for form, accepted, waiting, delivered, elsewhere in rows
        }
        self._changed: dict[str, FormCount] = {}

    def begin(self) -> None:
        """Forget what was counted and not committed."""
        self._changed = {}

    def of(self, form: str) -> FormCount:
        """The count of a form as this transaction sees it."""
        return self._changed.get(form) or self.counts.get(form, _NONE)

    def accepted(self, form: str, rows: int) -> None:
        """So many were taken, and wait."""
        count = self.of(form)
        self._changed[form] = replace(
            count, accepted=count.accepted + rows, waiting=count.waiting + rows
        )

    def waits_again(self, form: str) -> None:
        """A dead letter waits for delivery once more."""
        count = self.of(form)
        self._changed[form] = replace(count, waiting=count.waiting + 1)

    def finished(self, form: str, rows: int, *, delivered: bool) -> None:
        """So many that waited were delivered, or set aside."""
        count = self.of(form)
        self._changed[form] = replace(
            count,
            waiting=count.waiting - rows,
            delivered=count.delivered + (rows if delivered else 0),
        )

    def seen_in_store(self, form: str, documents: int) -> None:
        """The store said how many documents it has of a form."""
        count = self.of(form)
        seen = count.seen_in_store(documents)
        if seen != count:
            self._changed[form] = seen

    def had(self, form: str, past: FormCount) -> None:
        """This file takes the place of another that had counted so much, and gave what is here."""
        count = self.of(form)
        self._changed[form] = replace(
            count,
            accepted=max(count.accepted + past.delivered, past.accepted),
            delivered=count.delivered + past.delivered,
            elsewhere=max(count.elsewhere, past.elsewhere),
        )

    def store(self) -> None:
        """Write the changed counts, inside the transaction."""
        for form, count in self._changed.items():
            self._connection.execute(
                "INSERT OR REPLACE INTO form_count VALUES (?, ?, ?, ?, ?)",
                (form, count.accepted, count.waiting, count.delivered, count.elsewhere),
            )

    def committed(self) -> FormCounts:
        """The counts after the commit."""
        if self._changed:
            self.counts = {**self.counts, **self._changed}
            self._changed = {}
        return self.counts
