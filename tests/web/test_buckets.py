"""Who may send how much: buckets that refill evenly, and never more of them than there is room."""

import os
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rate import Rate, read_rate
from service.texts.load import load_catalogue
from service.texts.texts import ENGLISH
from service.web.buckets import MOST_KEYS, Buckets, whole_seconds
from service.web.limits import Budget, RateLimits, client_key
from service.web.waiting import why_to_wait

NS = 1_000_000_000
TEN_A_MINUTE = Rate(count=10, seconds=60)
CLIENT = ip_address("192.0.2.7")


def taken(buckets: Buckets, key: int | str, now: float) -> bool:
    """Whether the bucket had one at that second, which is taken out."""
    now_ns = round(now * NS)
    if buckets.look(key, now_ns).wait_ns > 0:
        return False
    buckets.take(key, now_ns)
    return True


def test_a_full_bucket_gives_all_at_once_and_then_evenly() -> None:
    """ABUSE-2: the eleventh within a minute waits for its part of the minute."""
    buckets = Buckets(TEN_A_MINUTE)
    assert [taken(buckets, "a", 100.0) for _ in range(11)] == [True] * 10 + [False]
    assert whole_seconds(buckets.look("a", 100 * NS).wait_ns) == 6
    assert not taken(buckets, "a", 105.9)
    assert taken(buckets, "a", 106.0)
    assert not taken(buckets, "a", 106.1)
    assert buckets.look("a", 166 * NS).remaining == 10
    assert buckets.look("a", 10_000 * NS).remaining == 10


def test_a_rest_saves_up_no_more_than_one_bucket() -> None:
    """ABUSE-2: an hour's rest, and ten at once."""
    buckets = Buckets(TEN_A_MINUTE)
    assert taken(buckets, "a", 0.0)
    assert [taken(buckets, "a", 3_600.0) for _ in range(11)] == [True] * 10 + [False]


def test_what_is_given_back_is_there_again_and_nothing_more() -> None:
    buckets = Buckets(TEN_A_MINUTE)
    before = buckets.look("a", 100 * NS)
    for _ in range(3):
        assert taken(buckets, "a", 100.0)
        buckets.give_back("a", 100 * NS)
        assert buckets.look("a", 100 * NS) == before
    assert [taken(buckets, "a", 100.0) for _ in range(11)] == [True] * 10 + [False]


def test_buckets_know_nothing_of_each_other() -> None:
    buckets = Buckets(Rate(count=1, seconds=1))
    assert taken(buckets, "a", 0.0)
    assert taken(buckets, "b", 0.0)
    assert not taken(buckets, "a", 0.5)


@given(
    st.integers(1, 50),
    st.sampled_from([1, 60, 3_600]),
    st.lists(st.floats(0, 200, allow_nan=False), min_size=1, max_size=100),
)
def test_no_time_gives_more_than_the_rate_and_one_bucket(
    count: int, seconds: int, pauses: list[float]
) -> None:
    """ABUSE-2: at whatever moments somebody sends."""
    buckets = Buckets(Rate(count=count, seconds=seconds))
    now = 1_000.0
    moments: list[float] = []
    for pause in pauses:
        now += pause
        standing = buckets.look("a", round(now * NS))
        assert 0 <= standing.remaining <= count
        assert (standing.remaining > 0) is (standing.wait_ns == 0)
        if taken(buckets, "a", now):
            moments.append(now)
    for number, since in enumerate(moments):
        within = len(moments) - number
        assert within <= count + (moments[-1] - since) * count / seconds + 1e-3


@given(st.integers(1, 10_000), st.sampled_from([1, 60, 3_600]), st.integers(0, 10**9))
def test_who_waits_as_long_as_told_is_let_in(count: int, seconds: int, now: int) -> None:
    buckets = Buckets(Rate(count=count, seconds=seconds))
    for _ in range(min(count, 100)):
        assert taken(buckets, "a", now)
    wait = whole_seconds(buckets.look("a", now * NS).wait_ns)
    assert taken(buckets, "a", now + wait)


def test_keys_that_were_used_long_ago_are_forgotten_first() -> None:
    buckets = Buckets(TEN_A_MINUTE, most_keys=6)
    for key in "abcad":
        buckets.take(key, 0)
    assert [buckets.look(key, 0).remaining for key in "abcd"] == [8, 9, 9, 9]
    buckets.take("e", 0)
    assert [buckets.look(key, 0).remaining for key in "abcde"] == [8, 10, 10, 9, 9]


@given(st.lists(st.integers(0, 30), max_size=200))
def test_the_half_that_was_used_last_is_never_forgotten(used: list[int]) -> None:
    buckets = Buckets(Rate(count=1, seconds=3_600), most_keys=12)
    for moment, key in enumerate(used):
        buckets.take(key, moment)
        assert len(buckets) <= 12
        last = list(dict.fromkeys(reversed(used[: moment + 1])))[:6]
        assert all(buckets.look(known, moment).remaining < 1 for known in last)


@pytest.mark.slow
def test_a_million_keys_take_no_more_memory_than_fifty_thousand() -> None:
    """ABUSE-2: no more than 16 MiB, and flat from there on."""
    buckets = Buckets(TEN_A_MINUTE)
    empty = resident_bytes()
    at_the_cap = 0
    for number in range(1_000_000):
        buckets.take(client_key(CLIENT) + number, 0)
        if number == MOST_KEYS:
            at_the_cap = resident_bytes()
    assert at_the_cap - empty < 16 * 2**20
    assert resident_bytes() - at_the_cap < 4 * 2**20


def resident_bytes() -> int:
    """What this process has in memory (Linux, proc(5))."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


def test_the_budget_that_refuses_takes_nothing_from_the_others() -> None:
    """ABUSE-2: whoever is over their own limit does not use up everybody's."""
    now = 0
    rates = {Budget.CLIENT: Rate(count=2, seconds=60), Budget.TOTAL: Rate(count=3, seconds=60)}
    limits = RateLimits(rates, clock=lambda: now)
    assert [limits.decide(CLIENT, "quiz").refused for _ in range(20)] == [False] * 2 + [True] * 18
    other = limits.decide(ip_address("192.0.2.8"), "quiz")
    assert (other.refused, other.budget) == (False, Budget.TOTAL)
    last = limits.decide(ip_address("192.0.2.9"), "quiz")
    assert (last.refused, last.budget) == (True, Budget.TOTAL)
    now = 20 * NS
    assert not limits.decide(ip_address("192.0.2.9"), "quiz").refused


def test_each_form_has_a_budget_of_its_own() -> None:
    limits = RateLimits({Budget.FORM: Rate(count=1, seconds=60)}, clock=lambda: 0)
    assert not limits.decide(CLIENT, "quiz").refused
    assert limits.decide(None, "quiz").refused
    assert not limits.decide(CLIENT, "other").refused


def test_programs_are_told_the_budget_that_has_least_left() -> None:
    """ABUSE-2: Retry-After and RateLimit-*."""
    rates = {Budget.CLIENT: Rate(count=2, seconds=60), Budget.FORM: Rate(count=9, seconds=1)}
    limits = RateLimits(rates, clock=lambda: 0)
    assert limits.decide(CLIENT, "quiz").headers == {
        "RateLimit-Limit": "2",
        "RateLimit-Policy": "2;w=60",
        "RateLimit-Remaining": "1",
        "RateLimit-Reset": "30",
    }
    assert "Retry-After" not in limits.decide(CLIENT, "quiz").headers
    refused = limits.decide(CLIENT, "quiz").headers
    assert refused["Retry-After"] == "30"
    assert (refused["RateLimit-Remaining"], refused["RateLimit-Reset"]) == ("0", "60")


def test_nothing_is_limited_unless_it_is_said() -> None:
    limits = RateLimits(dict.fromkeys(Budget))
    assert not limits
    with pytest.raises(LookupError):
        limits.decide(CLIENT, "quiz")


def test_a_client_is_an_address_of_ipv4_or_a_64_of_ipv6() -> None:
    """IP-7: the least that anybody is given."""
    same = ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff")
    assert len({client_key(ip_address(text)) for text in same}) == 1
    apart = ("192.0.2.7", "192.0.2.8", "2001:db8::1", "2001:db8:0:1::1", "::1", "255.255.255.255")
    assert len({client_key(address) for address in (*map(ip_address, apart), None)}) == 7


def test_a_rate_is_a_number_and_a_unit() -> None:
    assert read_rate("60/minute") == Rate(count=60, seconds=60)
    assert read_rate("5 / HOUR") == Rate(count=5, seconds=3_600)
    for odd in ("", "60", "0/second", "60/fortnight", "60/minutes", "٣/hour", "1/1"):
        with pytest.raises(ValueError, match=f"^{odd}$"):
            read_rate(odd)


def test_a_person_is_told_why_and_for_how_long_in_their_language() -> None:
    own = why_to_wait(Budget.CLIENT, 1, ENGLISH)
    assert "others who share your connection" in own
    assert own.endswith(" Please send them again in 1 second.")
    assert why_to_wait(Budget.TOTAL, 90, ENGLISH).endswith(" again in 90 seconds.")
    assert why_to_wait(Budget.FORM, 91, ENGLISH).endswith(" again in 2 minutes.")
    spanish = why_to_wait(Budget.CLIENT, 3_600, load_catalogue().texts("es"))
    assert spanish.endswith("dentro de 60 minutos.")
