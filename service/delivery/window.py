"""How many bulks may be in flight: additive increase, multiplicative decrease, as TCP does it."""

LIMIT_AT_START = 2
HIGHEST_LIMIT = 8


class Window:
    """A limit that grows by one with each clean answer and is halved when the store pushes back."""

    def __init__(self) -> None:
        self._limit = LIMIT_AT_START

    @property
    def limit(self) -> int:
        """Bulks that may be in flight at once, 1 to HIGHEST_LIMIT."""
        return self._limit

    def widen(self) -> None:
        self._limit = min(HIGHEST_LIMIT, self._limit + 1)

    def halve(self) -> None:
        self._limit = max(1, self._limit // 2)
