"""How many submissions are taken from a client, for a form and altogether. Pure, but its clock.

Every POST to a form counts, whatever becomes of it, unless it is refused here: what one budget
refuses takes nothing from the others, so that a client over its own does not use up everybody's.
Each process has budgets of its own.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from service.rate import Rate
from service.web.buckets import Buckets, Standing, whole_seconds
from service.web.client_address import Address

_V6_NETWORK_BITS = 64
_NOBODY = -1
_EVERYBODY = 0
_FIRST_V6 = 1 << 32  # behind the last of IPv4


class Budget(StrEnum):
    """What a limit is about; the values are labels of a metric."""

    CLIENT = "client"
    FORM = "form"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """About one submission: the budget that refuses it for longest, or else has least left."""

    budget: Budget
    rate: Rate
    standing: Standing

    @property
    def refused(self) -> bool:
        """Whether it is not to be taken now."""
        return self.standing.wait_ns > 0

    @property
    def headers(self) -> Mapping[str, str]:
        """What a program is told of it, in the fields of draft-ietf-httpapi-ratelimit-headers-06,
        which clients know; the reset is when all of the budget is there again."""
        rate, standing = self.rate, self.standing
        told = {
            "RateLimit-Limit": str(rate.count),
            "RateLimit-Policy": f"{rate.count};w={rate.seconds}",
            "RateLimit-Remaining": str(standing.remaining),
            "RateLimit-Reset": str(whole_seconds(standing.full_after_ns)),
        }
        if self.refused:
            told["Retry-After"] = str(whole_seconds(standing.wait_ns))
        return told


class RateLimits:
    """The budgets of one process; one that has no rate is unlimited."""

    def __init__(
        self, rates: Mapping[Budget, Rate | None], *, clock: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._buckets = {budget: Buckets(rate) for budget, rate in rates.items() if rate}
        self._clock = clock

    def __bool__(self) -> bool:
        """Whether anything is limited."""
        return bool(self._buckets)

    def decide(self, client: Address | None, form: str) -> Decision:
        """Whether one more is taken now, which is counted at once. LookupError where nothing is
        limited."""
        now = self._clock()
        keys = _keys(client, form)
        stand = {budget: self._look(budget, keys[budget], now) for budget in self._buckets}
        if not stand:
            raise LookupError("nothing is limited")
        waiting = max(stand.values(), key=lambda decision: decision.standing.wait_ns)
        if waiting.refused:
            return waiting
        for budget, buckets in self._buckets.items():
            buckets.take(keys[budget], now)
        scarcest = min(stand.values(), key=lambda decision: decision.standing.remaining).budget
        return self._look(scarcest, keys[scarcest], now, taken=True)

    def give_back(self, client: Address | None, form: str) -> None:
        """Forget one that was taken: it is decided about once more."""
        now, keys = self._clock(), _keys(client, form)
        for budget, buckets in self._buckets.items():
            buckets.give_back(keys[budget], now)

    def _look(self, budget: Budget, key: int | str, now: int, *, taken: bool = False) -> Decision:
        buckets = self._buckets[budget]
        standing = buckets.look(key, now)
        if taken:  # what the next one would wait is no part of the decision about this one
            standing = replace(standing, wait_ns=0)
        return Decision(budget=budget, rate=buckets.rate, standing=standing)


def _keys(client: Address | None, form: str) -> Mapping[Budget, int | str]:
    return {
        Budget.CLIENT: client_key(client),
        Budget.FORM: form,
        Budget.TOTAL: _EVERYBODY,
    }


def client_key(address: Address | None) -> int:
    """Whom a limit holds for one client: an address of IPv4, a /64 of IPv6, which is the least that
    anybody is given and has 2**64 addresses. All who have no address are one."""
    if address is None:
        return _NOBODY
    if address.version == 4:
        return int(address)
    return _FIRST_V6 + (int(address) >> 128 - _V6_NETWORK_BITS)
