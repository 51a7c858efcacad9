"""Who has sent how much of late, in memory that does not grow. Pure.

The generic cell rate algorithm (ITU-T I.371, A.2): one number a key, the moment at which its
bucket would be full again, so that nothing has to be refilled or swept. Keys are forgotten half of
them at a time: an ordered dictionary, which could forget them one by one, takes four times as much
memory (22 MiB for 50,000 keys, after a million), and a step costs the same with many and with few.
"""

from dataclasses import dataclass

from service.rate import Rate

MOST_KEYS = 50_000
"""The half that was used last is remembered for certain. Who is forgotten has a full bucket."""

_NS = 1_000_000_000  # whole nanoseconds add up exactly; fractions of a second would not


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a key stands: what may be sent at once, in how many nanoseconds the next one may be (0:
    now), and in how many everything may be again."""

    remaining: int
    wait_ns: int
    full_after_ns: int


class Buckets:
    """A bucket for each key, full at first: `rate.count` in it, and refilled evenly."""

    def __init__(self, rate: Rate, *, most_keys: int = MOST_KEYS) -> None:
        self.rate = rate
        self._interval = rate.seconds * _NS // rate.count
        self._room = self._interval * rate.count
        self._half = most_keys // 2
        self._used: dict[int | str, int] = {}
        self._used_before: dict[int | str, int] = {}

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._used.keys() | self._used_before.keys())

    def look(self, key: int | str, now: int) -> Standing:
        """How a key stands at a moment (ns, of a monotonic clock)."""
        missing = max(self._full_at(key, now) - now, 0)
        return Standing(
            remaining=(self._room - missing) // self._interval,
            wait_ns=max(0, missing + self._interval - self._room),
            full_after_ns=missing,
        )

    def take(self, key: int | str, now: int) -> None:
        """Take one out of a key's bucket, which must have one."""
        self._used[key] = max(self._full_at(key, now), now) + self._interval
        if len(self._used) >= self._half:
            self._used, self._used_before = {}, self._used

    def give_back(self, key: int | str, now: int) -> None:
        """Put in again what was taken out a moment ago."""
        self._used[key] = self._full_at(key, now) - self._interval

    def _full_at(self, key: int | str, now: int) -> int:
        full_at = self._used.get(key)
        return self._used_before.get(key, now) if full_at is None else full_at


def whole_seconds(nanoseconds: int) -> int:
    """As HTTP tells times to wait: whole seconds, at least one, never too few."""
    return max(1, -(-nanoseconds // _NS))
