"""An event loop whose time passes at once: an hour of waiting takes as long as what happens in it.

Where nothing can ever happen again (no timer, nothing ready), it raises instead of waiting.
"""

import asyncio
import selectors
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

Result = TypeVar("Result")


class StuckError(Exception):
    """Everything waits for something that will not come."""


class _SkippingSelector(selectors.DefaultSelector):
    """Instead of waiting for a timer, adds the time to `skipped`."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise StuckError
            self.skipped += timeout
        return ready


class _SimulatedLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._skipping = _SkippingSelector()
        super().__init__(self._skipping)

    def time(self) -> float:
        return 1_000.0 + self._skipping.skipped


def simulate(scenario: Coroutine[Any, Any, Result]) -> Result:
    """Run a scenario in simulated time; warnings of the loop become errors of the test."""
    complaints: list[Mapping[str, Any]] = []

    def complain(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        complaints.append(context)

    with asyncio.Runner(loop_factory=_SimulatedLoop) as runner:
        runner.get_loop().set_exception_handler(complain)
        result = runner.run(scenario)
    assert complaints == []
    return result


def now() -> float:
    """The running loop's time, in seconds."""
    return asyncio.get_running_loop().time()
