"""When credentials are good, and when the next are fetched."""

import pytest

from service.opensearch.aws.credentials import Credentials
from service.opensearch.aws.refresh_plan import (
    delay_after_failure,
    delay_after_success,
    has_expired,
    is_good,
    is_same_set,
    least_seconds,
    may_fetch_for_a_request,
    merge,
)

HOUR = 3600.0


def credentials(
    *, expires_at: float | None, fetched_at: float = 0.0, key: str = "ASIATEST0001"
) -> Credentials:
    return Credentials(
        access_key=key,
        secret_key="s",
        token="t",
        source="iam-role",
        expires_at=expires_at,
        fetched_at=fetched_at,
    )


def middle() -> float:
    return 0.0


def almost_one() -> float:
    return 0.999999


@pytest.mark.parametrize(
    ("lifetime", "delay"),
    [
        (6 * HOUR, 6 * HOUR - 1200),
        (HOUR, HOUR - 1200),
        (2400.0, 1200.0),
        (900.0, 450.0),
        (60.0, 30.0),
        (3.0, 1.5),
        (None, 300.0),
    ],
)
def test_new_ones_are_fetched_well_before_the_old_ones_end(
    lifetime: float | None, delay: float
) -> None:
    held = credentials(expires_at=lifetime)
    assert delay_after_success(held, now=0.0, random=middle) == delay
    assert delay * 0.9 <= delay_after_success(held, now=0.0, random=almost_one) < delay


def test_a_source_that_gives_the_same_set_again_is_asked_at_most_every_thirty_seconds() -> None:
    held = credentials(expires_at=HOUR)
    now, looks = 0.0, []
    while now < HOUR:
        delay = delay_after_success(held, now=now, random=almost_one)
        looks.append(delay)
        now += delay
    assert min(looks[:-1]) >= 30.0
    assert now == pytest.approx(HOUR, abs=1)
    assert len(looks) < 12


def test_looking_again_never_becomes_a_busy_loop_however_short_they_live() -> None:
    held = credentials(expires_at=3.0)
    now, looks = 0.0, 0
    while now < 3.0:
        now += delay_after_success(held, now=now, random=almost_one)
        looks += 1
    assert looks <= 4


def test_the_least_time_between_two_looks_shrinks_with_the_lifetime() -> None:
    lifetimes = (None, HOUR, 120.0, 60.0, 3.0)
    least = [least_seconds(credentials(expires_at=lifetime)) for lifetime in lifetimes]
    assert least == [30.0, 30.0, 30.0, 15.0, 0.75]


def test_failures_back_off_from_one_second_to_sixty() -> None:
    longest = [delay_after_failure(failures, random=middle) for failures in range(1, 9)]
    assert longest == [1, 2, 4, 8, 16, 32, 60, 60]
    shortest = [delay_after_failure(failures, random=almost_one) for failures in range(1, 9)]
    assert shortest == pytest.approx([seconds / 2 for seconds in longest], rel=0.001)
    assert delay_after_failure(10**9, random=middle) == 60


def test_credentials_are_used_until_they_really_expire() -> None:
    held = credentials(expires_at=HOUR)
    assert not has_expired(held, HOUR - 0.001)
    assert has_expired(held, HOUR)
    assert not has_expired(credentials(expires_at=None), 1e12)


def test_a_request_looks_for_others_when_it_might_arrive_too_late() -> None:
    held = credentials(expires_at=HOUR)
    assert is_good(held, HOUR - 5.001)
    assert not is_good(held, HOUR - 5)
    short = credentials(expires_at=3.0)
    assert is_good(short, 2.6)
    assert not is_good(short, 2.8)


def test_requests_cause_a_fetch_every_two_seconds_at_most() -> None:
    held = credentials(expires_at=HOUR)
    for credentials_or_none in (None, held):
        assert may_fetch_for_a_request(credentials_or_none, seconds_since=None)
        assert may_fetch_for_a_request(credentials_or_none, seconds_since=2.0)
        assert not may_fetch_for_a_request(credentials_or_none, seconds_since=1.9)
    assert may_fetch_for_a_request(credentials(expires_at=3.0), seconds_since=0.75)
    assert not may_fetch_for_a_request(credentials(expires_at=3.0), seconds_since=0.7)


def test_a_set_that_comes_again_keeps_the_moment_it_first_came() -> None:
    held = credentials(expires_at=HOUR)
    assert merge(held, credentials(expires_at=HOUR, fetched_at=100.0)) is held
    longer = credentials(expires_at=2 * HOUR, fetched_at=100.0)
    assert merge(held, longer) is longer
    assert merge(None, held) is held


def test_a_set_is_another_by_what_a_service_sees_of_it() -> None:
    held = credentials(expires_at=HOUR)
    assert is_same_set(held, credentials(expires_at=None, fetched_at=7.0))
    assert not is_same_set(held, credentials(expires_at=HOUR, key="ASIATEST0002"))
