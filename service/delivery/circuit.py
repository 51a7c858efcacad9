"""The circuit: while the store as a whole does not answer, ask it rarely and with little.

Pure: times are seconds of a monotonic clock, passed in.
"""

FAILURES_TO_OPEN = 5
PROBE_SECONDS = 5.0


class Circuit:
    """Opens after so many failed requests in a row; then one probe passes every PROBE_SECONDS.

    The first answer closes it, whether it was the probe's or that of a bulk sent before.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._probe_at: float | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        return self._probe_at is not None

    @property
    def opens_at(self) -> float | None:
        """The moment from which a request may be sent: in the past while the circuit is closed,
        None while a probe waits for its answer."""
        if self._probe_at is None:
            return float("-inf")
        return None if self._probing else self._probe_at

    def start_probe(self) -> None:
        """Let nothing else pass until this probe has its answer."""
        self._probing = True

    def failed(self, now: float, *, was_probe: bool) -> bool:
        """Count a request without an answer; whether the circuit opened by it."""
        self._failures += 1
        if was_probe and self.is_open:
            self._probing = False
            self._probe_at = now + PROBE_SECONDS
        if self.is_open or self._failures < FAILURES_TO_OPEN:
            return False
        self._probe_at = now + PROBE_SECONDS
        return True

    def answered(self) -> bool:
        """Note a request the store answered, even with a refusal; whether the circuit closed."""
        was_open = self.is_open
        self._failures = 0
        self._probe_at = None
        self._probing = False
        return was_open
