"""What may be sent when, and how each answer changes that.

It brings the circuit, the window, the places in it and the holds together, and says so in the log
and the metrics whenever one of them turns. Nothing here waits.
"""

from collections.abc import Callable

import structlog

from service.delivery.bisection import Report
from service.delivery.circuit import Circuit
from service.delivery.explain import explain_failing_alone
from service.delivery.holds import Holds
from service.delivery.patience import Patience
from service.delivery.places import Places
from service.delivery.status import DeliveryStatus, HeldIndex, LastError
from service.delivery.streaks import Streaks
from service.delivery.window import Window
from service.observability.metrics import Metrics

_log = structlog.get_logger(__name__)


class Pacing:
    """The state of the way to the store, as its answers tell it."""

    def __init__(
        self,
        metrics: Metrics,
        *,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        self._metrics = metrics
        self._clock = clock
        self._wall_clock = wall_clock
        self._circuit = Circuit()
        self._window = Window()
        self._holds = Holds()
        self._patience = Patience()
        self._places = Places()
        self._streaks = Streaks()
        self._last_error: LastError | None = None

    @property
    def in_flight(self) -> int:
        """Bulks on their way."""
        return self._places.taken

    def opens_at(self, index: str) -> float | None:
        """The moment from which a bulk to the index may start, by the clock; in the past where
        nothing stands against it, None while something has to happen first."""
        moments = (
            self._circuit.opens_at(index),
            self._holds.opens_at(index),
            self._places.opens_at(index, limit=self._window.limit, alone=self._is_alone(index)),
        )
        known = [moment for moment in moments if moment is not None]
        return max(known) if len(known) == len(moments) else None

    def is_probe(self, index: str) -> bool:
        """Whether a bulk to the index is a probe, and so must be small."""
        return self._circuit.is_open or self._holds.pauses(index)

    def longest_wait(self, index: str) -> float:
        """Seconds a row of the index may be told to wait that may pass later."""
        return self._patience.longest_wait(index, self._clock())

    def started(self, index: str, *, probe: bool) -> int:
        """A bulk is on its way; after a probe nothing follows it until its answer is here.

        `left` wants the number.
        """
        now = self._clock()
        self._circuit.asked(now)
        if probe and self._circuit.is_open:
            self._circuit.start_probe(index)
        if probe and self._holds.pauses(index):
            self._holds.start_probe(index)
        return self._places.take(index, now, alone=self._is_alone(index))

    def left(self, number: int) -> None:
        """A bulk is settled, or was cancelled."""
        self._places.leave(number)

    def ended(self, index: str, report: Report, *, probe: bool) -> None:
        """Take in what a bulk came to."""
        now = self._clock()
        judgement = report.judgement
        if judgement.pushed_back:
            self._window.halve()
        elif report.is_clean:
            self._window.widen()
        if judgement.gives_back:
            self._patience.gave_back(index, now)
        else:
            self._patience.took_all(index)
        if report.failure is None:
            self._note_answer(index)
        else:
            self._note_failure(index, report.failure, now, probe=probe)
        if judgement.hold is not None:
            self._hold(index, judgement.hold, now, pauses=judgement.pauses)
        elif probe and self._holds.pauses(index) and report.failure is not None:
            self._holds.postpone(index, now)
        elif report.failure is None and (probe or not self._holds.pauses(index)):
            self._release(index)

    def status(self) -> DeliveryStatus:
        """Everything a person may want to know of it now."""
        now = self._clock()
        return DeliveryStatus(
            holds=tuple(
                HeldIndex(
                    index=hold.index,
                    reason=hold.reason,
                    paused=hold.pauses,
                    held_seconds=now - hold.since,
                )
                for hold in self._holds.all()
            ),
            circuit_open=self._circuit.is_open,
            bulks_in_flight=self.in_flight,
            bulk_limit=self._window.limit,
            last_error=self._last_error,
        )

    def _is_alone(self, index: str) -> bool:
        return self.is_probe(index) or self._streaks.is_failing(index)

    def _note_answer(self, index: str) -> None:
        self._streaks.answered(index)
        if self._circuit.answered():
            self._metrics.circuit_open.set(0)
            _log.info("circuit_closed")

    def _note_failure(self, index: str, text: str, now: float, *, probe: bool) -> None:
        self._note_error(text)
        at_fault = self._streaks.failed(index)
        if self._holds.pauses(index) and not self._circuit.is_open:
            return  # it is known to be at fault, and says nothing of the store
        if at_fault and not self._circuit.is_open:
            self._hold(index, explain_failing_alone(text), now)
        elif self._circuit.failed(index, now, was_probe=probe):
            self._metrics.circuit_open.set(1)
            _log.warning("circuit_opened", failures=self._circuit.failures, reason=text)

    def _hold(self, index: str, reason: str, now: float, *, pauses: bool = True) -> None:
        self._note_error(f"{index}: {reason}")
        if self._holds.hold(index, reason, now, pauses=pauses):
            self._metrics.index_held.labels(index).set(1)
            _log.warning("index_held", index=index, reason=reason)

    def _release(self, index: str) -> None:
        held = self._holds.release(index)
        if held is not None:
            self._metrics.index_held.labels(index).set(0)
            _log.info("index_resumed", index=index, reason=held.reason)

    def _note_error(self, text: str) -> None:
        self._last_error = LastError(text=text, at=round(self._wall_clock() * 1000))
