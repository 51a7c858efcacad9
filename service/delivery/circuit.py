"""The circuit: while the store as a whole does not answer, ask it rarely and with little.

Pure: times are seconds of a monotonic clock, passed in.
"""

FAILURES_TO_OPEN = 5
SILENCE_TO_OPEN_SECONDS = 20.0
"""Requests that time out fail seldom: after so long without an answer one of them is enough."""

PROBE_SECONDS = 5.0


class Circuit:
    """Opens after so many failed requests in a row, or with one after a silence; then one probe
    passes every PROBE_SECONDS, and one for each index that was not tried since the last answer:
    that others fail says little of it.

    The first answer closes it, whether it was a probe's or that of a bulk sent before.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._failing: set[str] = set()
        self._asked_at: float | None = None
        self._probe_at: float | None = None
        self._probing: str | None = None

    @property
    def failures(self) -> int:
        """Failed requests since the last answer."""
        return self._failures

    @property
    def is_open(self) -> bool:
        return self._probe_at is not None

    def opens_at(self, index: str) -> float | None:
        """The moment from which the index may be sent to: in the past where nothing stands against
        it, None while a probe waits for its answer."""
        if self._probe_at is None or index not in self._failing:
            return float("-inf")
        return None if self._probing is not None else self._probe_at

    def start_probe(self, index: str) -> None:
        """Let no other probe pass until this one has its answer, but of an index not yet tried."""
        if index in self._failing:
            self._probing = index

    def asked(self, now: float) -> None:
        """Note that a request is on its way."""
        if self._asked_at is None:
            self._asked_at = now

    def failed(self, index: str, now: float, *, was_probe: bool) -> bool:
        """Count a request without an answer; whether the circuit opened by it."""
        self._failures += 1
        self._failing.add(index)
        if was_probe and self._probing == index:
            self._probing = None
            self._probe_at = now + PROBE_SECONDS
        silent_seconds = 0.0 if self._asked_at is None else now - self._asked_at
        if self.is_open or (
            self._failures < FAILURES_TO_OPEN and silent_seconds < SILENCE_TO_OPEN_SECONDS
        ):
            return False
        self._probe_at = now + PROBE_SECONDS
        return True

    def answered(self) -> bool:
        """Note a request the store answered, even with a refusal; whether the circuit closed."""
        was_open = self.is_open
        self._failures = 0
        self._failing.clear()
        self._asked_at = None
        self._probe_at = None
        self._probing = None
        return was_open
