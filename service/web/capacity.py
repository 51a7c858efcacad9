"""How much a listener takes at once, and how long it waits. Pure.

These are no settings: they bound what strangers can take from one process, whatever it serves, and
none of them is near what people do. What an operator may want to limit is how often somebody sends.
"""

from dataclasses import dataclass
from math import inf

from aiohttp import web

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """The bounds of one listener of one process; those of the public one where none is given.

    `most_requests` are being answered at once, and their bodies have `most_body_bytes` together.
    `most_ahead_bytes` are bodies of one connection that came before their turn, `most_head_bytes`
    those of a head that is on its way, as many as a load balancer of AWS passes on.
    `most_unsent_bytes` are answers that nobody has read yet. Beyond `most_refusals_per_second`
    connections that were refused as busy are not read again at once.
    """

    listener: str = "public"
    """Its name in metrics."""

    most_connections: float = 4_000
    most_requests: float = 512
    most_refusals_per_second: float = 1_500  # a fourteenth of a core
    most_body_bytes: float = 64 * _MIB
    most_unsent_bytes: int = 64 * _MIB
    most_ahead_bytes: int = 64 * 1024
    most_head_bytes: int = 64 * 1024

    # A reverse proxy keeps idle connections for 60 s as a rule; ours must last longer, or it meets
    # a closed one.
    keepalive_seconds: float = 75.0
    head_seconds: float = 15.0
    body_seconds: float = 15.0
    body_grace_seconds: float = 5.0
    body_bytes_per_second: float = 1024.0
    answer_seconds: float = 60.0  # in which a phone with 5 KiB/s has the largest page
    lingering_seconds: float = 5.0  # for reading what nobody wants, so that the answer is seen

    def body_is_late(self, *, seconds: float, arrived_bytes: int) -> bool:
        """Whether a body that began to arrive `seconds` ago, and is not whole, is given up."""
        paid_for = self.body_grace_seconds + arrived_bytes / self.body_bytes_per_second
        return seconds >= min(paid_for, self.body_seconds)

    def sweep_seconds(self) -> float:
        """How often connections are to be looked at: late ones are met within a tenth more."""
        shortest = min(
            self.head_seconds, self.body_seconds, self.body_grace_seconds, self.answer_seconds
        )
        return min(1.0, shortest / 10)


PUBLIC = Capacity()

INTERNAL = Capacity(
    listener="internal",
    most_connections=inf,
    most_requests=inf,
    most_body_bytes=inf,
)
"""A probe is answered when the public listener is as full as it may be."""

CAPACITY = web.AppKey("CAPACITY", Capacity)
