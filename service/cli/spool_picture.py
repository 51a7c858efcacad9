"""What two looks at the spools say together: how much, how fast, how long. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.spool.limits import Limits
from service.spool.overview import Overview
from service.spool.ports import State
from service.submission import iso_timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service that has a slot says of it; `silent` where it runs and does not answer."""

    runs: bool
    report: Mapping[str, Any]
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotLook:
    """One slot at a moment."""

    number: int
    overview: Overview
    service: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """All slots at a moment of the monotonic clock, and what is free on their disk; why some are
    missing here, as their files could not be read."""

    at_seconds: float
    slots: Sequence[SlotLook]
    free_bytes: int | None
    unreadable: Sequence[str] = ()

    @property
    def accepted(self) -> int:
        """Submissions taken, ever."""
        return sum(slot.overview.accepted for slot in self.slots)

    @property
    def gone_out(self) -> int:
        """Those of them that wait no more."""
        return sum(slot.overview.gone_out for slot in self.slots)

    def rows(self, state: State) -> int:
        """Rows in a state."""
        return sum(slot.overview.totals[state].rows for slot in self.slots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The newer of two looks, with the rates between them, over all slots.

    `drained_in_seconds`: until nothing waits, if it goes on like this; None where nothing waits,
    or where no less comes in than goes out.
    """

    look: Look
    now_ms: int
    over_seconds: float
    in_per_second: float
    out_per_second: float
    drained_in_seconds: float | None

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        return {
            "at": iso_timestamp(self.now_ms),
            "over_seconds": round(self.over_seconds, 1),
            "in_per_second": round(self.in_per_second, 2),
            "out_per_second": round(self.out_per_second, 2),
            "drained_in_seconds": None
            if self.drained_in_seconds is None
            else round(self.drained_in_seconds),
            "free_bytes": self.look.free_bytes,
            "live_bytes_limit": Limits().live_bytes,
            "unreadable": list(self.look.unreadable),
            "slots": [_slot(slot, self.now_ms) for slot in self.look.slots],
        }


def picture(earlier: Look, now: Look, *, now_ms: int) -> Picture:
    """What two looks say, the second at `now_ms` (since the epoch)."""
    seconds = max(now.at_seconds - earlier.at_seconds, 0.001)
    came, went = now.accepted - earlier.accepted, now.gone_out - earlier.gone_out
    waiting = now.rows(State.PENDING)
    less_per_second = (went - came) / seconds
    return Picture(
        look=now,
        now_ms=now_ms,
        over_seconds=seconds,
        in_per_second=came / seconds,
        out_per_second=max(0, went) / seconds,  # what is sent again comes back
        drained_in_seconds=waiting / less_per_second if waiting and less_per_second > 0 else None,
    )


def live_bytes(slot: SlotLook) -> int:
    """What the limit of a spool is held against: what waits, and dead letters."""
    totals = slot.overview.totals
    return totals[State.PENDING].bytes + totals[State.DEAD].bytes


def waiting_seconds(slot: SlotLook, now_ms: int) -> float | None:
    """How long the oldest has waited; None where none does."""
    since = slot.overview.oldest_waiting_at
    return None if since is None else max(0.0, (now_ms - since) / 1000)


def _slot(slot: SlotLook, now_ms: int) -> dict[str, object]:
    overview, refused = slot.overview, slot.overview.last_refused
    return {
        "slot": slot.number,
        "service": "silent" if slot.service.silent else "runs" if slot.service.runs else "none",
        **{
            state.name.lower(): {"rows": total.rows, "bytes": total.bytes}
            for state, total in overview.totals.items()
        },
        "forms": {
            form: {
                "accepted": life.count.accepted,
                "waiting": life.count.waiting,
                "delivered": life.count.delivered,
                "dead": life.dead,
            }
            for form, life in overview.forms.items()
        },
        "live_bytes": live_bytes(slot),
        "oldest_waiting_seconds": waiting_seconds(slot, now_ms),
        "last_refused": None
        if refused is None
        else {
            "at": iso_timestamp(refused.at),
            "status": refused.status,
            "error_type": refused.error_type,
        },
        **slot.service.report,
    }
