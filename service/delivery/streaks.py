"""Which indexes fail, and whether that is the index or the store. Pure.

A request that fails says little by itself. An index that fails again and again while the store
answers for another is at fault itself, and is held; where nothing is answered, it is the store.
"""

FAILURES_TO_HOLD = 5


class Streaks:
    """Failed requests in a row, by index."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._others_answered: set[str] = set()

    def is_failing(self, index: str) -> bool:
        """Whether the last request to the index had no answer."""
        return index in self._failures

    def failed(self, index: str) -> bool:
        """Count a request without an answer; whether the index by itself is at fault."""
        self._failures[index] = self._failures.get(index, 0) + 1
        return self._failures[index] >= FAILURES_TO_HOLD and index in self._others_answered

    def answered(self, index: str) -> None:
        """Note an answer, even a refusal."""
        self._failures.pop(index, None)
        self._others_answered = set(self._failures)
