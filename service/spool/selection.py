"""Which dead letters are meant, and how far one has come in going through them. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Those that fit every part that is given. `reason` is their error type; `failed_before` a
    moment, in ms since the epoch."""

    receipt: UUID | None = None
    form: str | None = None
    reason: str | None = None
    failed_before: int | None = None

    def as_json(self) -> Mapping[str, object]:
        """As `parse_selection` takes it."""
        return {**asdict(self), "receipt": None if self.receipt is None else str(self.receipt)}


EVERY_ONE = Selection()


def parse_selection(fields: Mapping[str, object]) -> Selection:
    """The selection that was told as JSON. Raises ValueError where it is none."""
    receipt, form, reason = fields.get("receipt"), fields.get("form"), fields.get("reason")
    before = fields.get("failed_before")
    return Selection(
        receipt=None if receipt is None else UUID(str(receipt)),
        form=None if form is None else str(form),
        reason=None if reason is None else str(reason),
        failed_before=None if before is None else int(str(before)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A dead letter in the order in which they failed: `failed_at` in ms since the epoch."""

    failed_at: int
    seq: int


BEFORE_ALL = Position(failed_at=-1, seq=-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step through them did: how many it changed, and where the next one begins; None
    where it was the last."""

    changed: int
    after: Position | None
