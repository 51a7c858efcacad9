"""Which indexes are held: with nothing lost, because the store refuses them as a whole, or so much
of them that a person has to look. Most holds pause the index; one that does not only says so.

Pure: times are seconds of a monotonic clock, passed in.
"""

from dataclasses import dataclass, replace

PROBE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A held index; `reason` is a sentence for a person. `probe_at` is None while one is out, and
    in the past where the index is not paused."""

    index: str
    reason: str
    since: float
    probe_at: float | None
    pauses: bool


class Holds:
    """The held indexes. One that is paused is probed with a small batch every PROBE_SECONDS."""

    def __init__(self) -> None:
        self._holds: dict[str, Hold] = {}

    def __contains__(self, index: str) -> bool:
        return index in self._holds

    def pauses(self, index: str) -> bool:
        """Whether the index is held and paused."""
        hold = self._holds.get(index)
        return hold is not None and hold.pauses

    def opens_at(self, index: str) -> float | None:
        """The moment from which the index may be sent to: in the past where it is not paused, None
        while a probe waits for its answer."""
        hold = self._holds.get(index)
        return float("-inf") if hold is None else hold.probe_at

    def hold(self, index: str, reason: str, now: float, *, pauses: bool = True) -> bool:
        """Hold an index, or hold it further; whether that is news: a new hold, or a new reason."""
        before = self._holds.get(index)
        self._holds[index] = Hold(
            index=index,
            reason=reason,
            since=now if before is None else before.since,
            probe_at=now + PROBE_SECONDS if pauses else float("-inf"),
            pauses=pauses,
        )
        return before is None or before.reason != reason

    def start_probe(self, index: str) -> None:
        """Let nothing else pass to this index until the probe has its answer."""
        self._set_probe(index, None)

    def postpone(self, index: str, now: float) -> None:
        """Wait for the next probe: the last one said nothing about the index."""
        self._set_probe(index, now + PROBE_SECONDS)

    def release(self, index: str) -> Hold | None:
        """Let the index go on; the hold it was under."""
        return self._holds.pop(index, None)

    def all(self) -> tuple[Hold, ...]:
        """What is held, the longest held first."""
        return tuple(sorted(self._holds.values(), key=lambda hold: hold.since))

    def _set_probe(self, index: str, probe_at: float | None) -> None:
        self._holds[index] = replace(self._holds[index], probe_at=probe_at)
