"""While there is too much, turns of the loop stay short, and refusals few."""

import asyncio
import time

from service.web.capacity import Capacity
from service.web.in_flight import InFlight, busy
from service.web.shedding import (
    AGAIN_SECONDS,
    LEAST_REQUESTS,
    LONG_TURN_SECONDS,
    MOST_REST_SECONDS,
    Rests,
    Room,
)


def test_there_is_as_much_room_as_a_turn_has_time_for() -> None:
    room = Room(512)
    room.note_refusing_turn(LONG_TURN_SECONDS, now=100.0)
    assert room.most == 512
    room.note_refusing_turn(2 * LONG_TURN_SECONDS, now=100.0)
    assert room.most == 256
    room.note_refusing_turn(100 * LONG_TURN_SECONDS, now=100.1)
    assert room.most == LEAST_REQUESTS


def test_after_some_seconds_there_is_all_of_it_again() -> None:
    room = Room(512)
    room.note_refusing_turn(2 * LONG_TURN_SECONDS, now=100.0)
    room.note_refusing_turn(2 * LONG_TURN_SECONDS, now=104.0)  # of the time it puts nothing off
    room.widen(99.9 + AGAIN_SECONDS, wanted=512)
    assert room.most == 128
    room.widen(100.0 + AGAIN_SECONDS, wanted=512)
    assert room.most == 512


def test_where_all_of_it_would_not_do_there_is_no_more_of_it() -> None:
    """Each trial would be a long turn, in the middle of too much."""
    room = Room(512)
    room.note_refusing_turn(2 * LONG_TURN_SECONDS, now=100.0)
    room.widen(100.0 + 10 * AGAIN_SECONDS, wanted=513)
    assert room.most == 256


def test_little_room_is_not_made_less() -> None:
    room = Room(2)
    room.note_refusing_turn(1.0, now=100.0)
    assert room.most == 2


def test_the_first_refusals_cost_nobody_a_rest_and_more_of_them_are_spread() -> None:
    rests = Rests(1_000)
    assert [rests.after_refusal(50.0) for _ in range(100)] == [0.0] * 100
    spread = [rests.after_refusal(50.0) for _ in range(10)]
    assert all(0.0009 < seconds - at * 0.001 < 0.0011 for at, seconds in enumerate(spread))
    assert rests.after_refusal(52.0) == 0.0


def test_nobody_rests_longer_than_they_were_told() -> None:
    rests = Rests(20)
    longest = [rests.after_refusal(50.0) for _ in range(100)][-1]
    assert MOST_REST_SECONDS - 0.001 < longest < MOST_REST_SECONDS + 0.001
    assert busy().headers["Retry-After"] == f"{MOST_REST_SECONDS:.0f}"
    assert rests.after_refusal(52.0) == 0.0


async def test_who_is_let_in_after_a_long_turn_with_refusals_are_fewer() -> None:
    """SRV-3: the cap is 512; where it is reached, whoever comes next should hear of it soon."""

    async def let_in(in_flight: InFlight, offered: int) -> int:
        admitted = sum(in_flight.admit(100) for _ in range(offered))
        time.sleep(3 * LONG_TURN_SECONDS)  # noqa: ASYNC251 - a turn with so much to do
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for _ in range(admitted):
            in_flight.release(100)
        return admitted

    in_flight = InFlight(Capacity())
    assert await let_in(in_flight, 512) == 512
    assert await let_in(in_flight, 600) == 512
    assert LEAST_REQUESTS <= await let_in(in_flight, 600) < 200
    assert in_flight.most_requests < 200
