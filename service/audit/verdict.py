"""What an audit says of each form in the end. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.audit.comparison import Condition
from service.spool.receipts import FormLife


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVerdict:
    """One form, over the spools of all slots.

    Ever: `accepted` and `delivered`. Now: `waiting` for delivery, `dead` letters, and for the
    receipts that are still known, the condition of their documents. `in_store` is how many
    documents its index has, from wherever they came; None where that was not told.
    """

    form: str
    accepted: int
    delivered: int
    waiting: int
    dead: int
    conditions: Mapping[Condition, int]
    in_store: int | None

    @property
    def forgotten(self) -> int:
        """Delivered so long ago that their receipts are not known any more."""
        return max(0, self.delivered - sum(self.conditions.values()))

    @property
    def fewer(self) -> int:
        """How many documents the index has less than were delivered to it from here: no fault by
        itself, as old documents may be removed on purpose."""
        return 0 if self.in_store is None else max(0, self.delivered - self.in_store)

    @property
    def is_well(self) -> bool:
        """Nothing that was delivered is missing or changed, and nothing was set aside."""
        wrong = self.conditions.get(Condition.MISSING, 0) + self.conditions.get(
            Condition.CHANGED, 0
        )
        return wrong == 0 and self.dead == 0

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        return {
            "form": self.form,
            "accepted": self.accepted,
            "delivered": self.delivered,
            "waiting": self.waiting,
            "dead": self.dead,
            **{condition.value: self.conditions.get(condition, 0) for condition in Condition},
            "forgotten": self.forgotten,
            "in_store": self.in_store,
            "fewer_in_store": self.fewer,
            "well": self.is_well,
        }


def sum_up(
    form: str, lives: Iterable[FormLife], conditions: Counter[Condition], in_store: int | None
) -> FormVerdict:
    """The verdict on a form from what each slot counted of it."""
    counted = list(lives)
    return FormVerdict(
        form=form,
        accepted=sum(life.count.accepted for life in counted),
        delivered=sum(life.count.delivered for life in counted),
        waiting=sum(life.count.waiting for life in counted),
        dead=sum(life.dead for life in counted),
        conditions=dict(conditions),
        in_store=in_store,
    )
