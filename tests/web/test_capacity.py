"""How long a body may take, decided without a clock."""

from math import inf

import pytest

from service.lifespan import BACKLOG
from service.web.capacity import INTERNAL, PUBLIC, Capacity
from service.web.requests import MOST_BODY_BYTES


@pytest.mark.parametrize(
    ("seconds", "arrived_bytes", "late"),
    [
        (4.9, 0, False),
        (5.0, 0, True),
        (9.9, 5 * 1024, False),
        (10.0, 5 * 1024, True),
        (14.9, MOST_BODY_BYTES, False),
        (15.0, MOST_BODY_BYTES, True),
    ],
)
def test_a_body_has_five_seconds_and_one_for_each_kibibyte_and_fifteen_in_all(
    seconds: float, arrived_bytes: int, late: bool
) -> None:
    """SRV-2: the whole within 15 s, and 1 KiB/s after the first 5."""
    assert PUBLIC.body_is_late(seconds=seconds, arrived_bytes=arrived_bytes) is late


def test_the_bounds_of_production() -> None:
    """SRV-1, SRV-3: what one process takes of strangers; probes are never refused for them."""
    assert (PUBLIC.most_requests, PUBLIC.most_connections) == (512, 4_000)
    assert PUBLIC.most_body_bytes == 64 * 1024 * 1024
    assert (PUBLIC.keepalive_seconds, PUBLIC.lingering_seconds) == (75, 5)
    assert (MOST_BODY_BYTES, BACKLOG) == (256 * 1024, 1_024)
    unbounded = (INTERNAL.most_requests, INTERNAL.most_connections, INTERNAL.most_body_bytes)
    assert unbounded == (inf, inf, inf)


def test_deadlines_are_looked_at_often_enough_and_no_more_than_that() -> None:
    assert PUBLIC.sweep_seconds() == 0.5
    assert Capacity(answer_seconds=0.2).sweep_seconds() == pytest.approx(0.02)
    assert Capacity(body_grace_seconds=500.0).sweep_seconds() == 1.0
