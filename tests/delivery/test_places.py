"""Who may send how much at once, by a clock made of numbers."""

from hypothesis import given
from hypothesis import strategies as st

from service.delivery.places import (
    MOST_ALONE,
    MOST_IN_PLACES,
    MOST_OVERDUE,
    OVERDUE_SECONDS,
    Places,
)

NOW = float("-inf")


def _taken(*indexes: str, at: float = 10.0) -> Places:
    places = Places()
    for index in indexes:
        places.take(index, at, alone=False)
    return places


def test_a_window_is_shared_by_all_indexes() -> None:
    places = _taken("a", "b")
    assert places.opens_at("c", limit=3, alone=False) == NOW
    assert places.opens_at("c", limit=2, alone=False) != NOW


def test_an_overdue_bulk_leaves_its_place_to_other_indexes_and_not_to_its_own() -> None:
    places = _taken("a", "a")
    assert places.opens_at("b", limit=2, alone=False) == 10 + OVERDUE_SECONDS
    assert places.opens_at("a", limit=2, alone=False) is None


def test_bulks_of_indexes_that_fail_take_no_place_and_go_one_by_one() -> None:
    places = Places()
    for number in range(MOST_ALONE):
        assert places.opens_at(f"ill-{number}", limit=1, alone=True) == NOW
        places.take(f"ill-{number}", 10.0, alone=True)
    assert places.opens_at("ill-0", limit=8, alone=True) is None
    assert places.opens_at("another", limit=8, alone=True) is None
    assert places.opens_at("well", limit=1, alone=False) == NOW


def test_a_place_is_free_again_when_its_bulk_has_come_to_an_end() -> None:
    places = Places()
    number = places.take("a", 10.0, alone=False)
    assert places.opens_at("a", limit=1, alone=False) is None
    places.leave(number)
    assert places.opens_at("a", limit=1, alone=False) == NOW
    assert places.taken == 0


@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(1, 8)), max_size=300),
    st.floats(0, 1),
)
def test_whatever_hangs_there_are_never_more_than_the_limits_allow(
    asks: list[tuple[int, bool, int]], step: float
) -> None:
    places, now = Places(), 0.0
    for index, alone, limit in asks:
        now += step
        opens_at = places.opens_at(str(index), limit=limit, alone=alone)
        if opens_at is not None and opens_at <= now:
            places.take(str(index), now, alone=alone)
    assert places.taken <= MOST_IN_PLACES + MOST_ALONE
    of_one = [places.opens_at(str(index), limit=8, alone=False) for index in range(41)]
    assert len(of_one) == 41


@given(st.integers(1, 8), st.integers(1, 4))
def test_some_indexes_that_hang_leave_a_place_to_the_next_after_a_moment(
    limit: int, hanging: int
) -> None:
    places, now = Places(), 0.0
    for index in range(hanging):
        for _ in range(limit):
            opens_at = places.opens_at(str(index), limit=limit, alone=False)
            if opens_at is None:
                break
            now = max(now, opens_at)
            places.take(str(index), now, alone=False)
    assert places.taken <= limit + MOST_OVERDUE + hanging
    opens_at = places.opens_at("well", limit=limit, alone=False)
    assert opens_at is not None
    assert opens_at <= now + OVERDUE_SECONDS
    assert now <= hanging * OVERDUE_SECONDS
