"""When credentials are good, and when to look for new ones. Times are in seconds.

What others rely on: however short credentials live and however many requests there are, the time
between two fetches has a lower bound; it shrinks with the lifetime, from 30 s downwards.
"""

from collections.abc import Callable
from dataclasses import replace

from service.opensearch.aws.credentials import Credentials

Random = Callable[[], float]
"""A source of numbers from 0 up to, but not including, 1."""

# AWS's services have new credentials at least 5 minutes before the old ones end, STS at any time.
MARGIN_SECONDS = 20 * 60.0
# Those that do not expire: a person or a program may have changed the file they come from.
LOOK_AGAIN_SECONDS = 300.0
LEAST_SECONDS = 30.0
LEAST_ASKED_SECONDS = 2.0
FIRST_BACKOFF_SECONDS = 1.0
MOST_BACKOFF_SECONDS = 60.0
# A signature counts when it arrives; connecting takes 3 s at most.
SLACK_SECONDS = 5.0

_LEAST_SHARE = 0.25  # of a lifetime
_SLACK_SHARE = 0.1
_JITTER_SHARE = 0.1
_DOUBLINGS = 6  # 1 s · 2⁶ is beyond the most already


def has_expired(credentials: Credentials, now: float) -> bool:
    """Whether they are of no use any more, by the wall clock."""
    return credentials.expires_at is not None and credentials.expires_at <= now


def is_good(credentials: Credentials, now: float) -> bool:
    """Whether a request that starts now arrives before they expire."""
    if credentials.expires_at is None:
        return True
    slack = min(SLACK_SECONDS, _lifetime(credentials) * _SLACK_SHARE)
    return credentials.expires_at - now > slack


def is_same_set(one: Credentials, other: Credentials) -> bool:
    """Whether a service sees no difference between them."""
    return (one.access_key, one.secret_key, one.token) == (
        other.access_key,
        other.secret_key,
        other.token,
    )


def merge(held: Credentials | None, fetched: Credentials) -> Credentials:
    """What to hold now: what was fetched, or what is held where it is the same.

    So `fetched_at` stays the moment a set was first seen, and its lifetime does not seem to shrink.
    """
    if held is not None and replace(fetched, fetched_at=held.fetched_at) == held:
        return held
    return fetched


def delay_after_success(credentials: Credentials, *, now: float, random: Random) -> float:
    """How long to wait before looking again: until 20 minutes before the end, and with less than
    40 minutes left, half of what is left; up to a tenth sooner, so that many replicas spread."""
    jitter = 1 - _JITTER_SHARE * random()
    if credentials.expires_at is None:
        return LOOK_AGAIN_SECONDS * jitter
    left = credentials.expires_at - now
    wanted = left - MARGIN_SECONDS if left > 2 * MARGIN_SECONDS else left / 2
    least = least_seconds(credentials)
    if left < least:
        return max(left, min(least, FIRST_BACKOFF_SECONDS))
    return max(wanted * jitter, least)


def delay_after_failure(failures: int, *, random: Random) -> float:
    """How long to wait after this many failures in a row: from 1 s, doubling, to 60 s at most; up
    to a half sooner."""
    doublings = min(max(failures - 1, 0), _DOUBLINGS)
    most = min(FIRST_BACKOFF_SECONDS * 2.0**doublings, MOST_BACKOFF_SECONDS)
    return most * (1 - random() / 2)


def may_fetch_for_a_request(held: Credentials | None, *, seconds_since: float | None) -> bool:
    """Whether a request that lacks credentials may cause a fetch, `seconds_since` the last one
    ended (None: there was none): not more often than every 2 s, or a quarter of a lifetime."""
    if seconds_since is None:
        return True
    least = LEAST_ASKED_SECONDS if held is None else min(LEAST_ASKED_SECONDS, least_seconds(held))
    return seconds_since >= least


def least_seconds(credentials: Credentials) -> float:
    """The least time between two looks at where they come from."""
    if credentials.expires_at is None:
        return LEAST_SECONDS
    return min(LEAST_SECONDS, _lifetime(credentials) * _LEAST_SHARE)


def _lifetime(credentials: Credentials) -> float:
    if credentials.expires_at is None:
        return float("inf")
    return max(credentials.expires_at - credentials.fetched_at, 0.0)
