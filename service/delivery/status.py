"""What delivery shows of itself on the status page: no answers, no reasons as the store words
them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldIndex:
    """An index of which the store refuses all, or too much; `reason` is a sentence. `paused`:
    nothing but probes is sent to it."""

    index: str
    reason: str
    paused: bool
    held_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LastError:
    """What went wrong last, and when, in ms since the epoch, UTC."""

    text: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatus:
    """Delivery at one moment. While `circuit_open`, the store as a whole does not answer."""

    holds: tuple[HeldIndex, ...]
    circuit_open: bool
    bulks_in_flight: int
    bulk_limit: int
    last_error: LastError | None
