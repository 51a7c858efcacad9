"""When a refusal is the clock's fault, and how far off it is told to be."""

import json
from datetime import timedelta

import pytest

from service.delivery.classify import Outcome, classify_refusal
from service.opensearch.aws.auth_refusals import clock_offset, may_be_the_credentials
from tests.opensearch.aws.refusals_read import FINE, MISMATCH, NOW, error, message, read


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(minutes=10, seconds=2), "about 10 min behind the store's"),
        (timedelta(minutes=-10), "about 10 min ahead of the store's"),
        (timedelta(minutes=4, seconds=1), "about 4 min behind"),
    ],
)
@pytest.mark.parametrize("text", [message("Signature expired: x"), message(MISMATCH), "", "<p>"])
def test_a_clock_that_is_off_is_named_with_its_offset(
    ahead: timedelta, words: str, text: str
) -> None:
    refusal = read(text, ahead=ahead)
    assert refusal is not None
    assert refusal.error_type == "clock_skewed"
    assert words in str(refusal)
    assert not may_be_the_credentials(refusal, "es")
    assert classify_refusal(refusal) is Outcome.HOLD


OLD_KEYS = [
    "The security token included in the request is expired",
    "The security token included in the request is invalid.",
    "Credential should be scoped to a valid region, not 'us-east-1'. ",
]


@pytest.mark.parametrize("minutes", [-10.0, -4.5, 4.5, 10.0])
@pytest.mark.parametrize("said", OLD_KEYS)
def test_credentials_that_aws_names_are_replaced_however_far_off_the_clock_is(
    said: str, minutes: float
) -> None:
    refusal = read(message(said), ahead=timedelta(minutes=minutes))
    assert refusal is not None
    assert refusal.error_type == "signature_refused"
    assert ("this machine's clock is about 10 min" in str(refusal)) is (abs(minutes) >= 5)


@pytest.mark.parametrize(
    ("text", "status", "service"),
    [
        (message("Missing Authentication Token"), 403, "es"),
        ("Unauthorized", 401, "es"),
        (json.dumps({"status": 403, "error": {"type": "Forbidden"}}), 403, "aoss"),
    ],
)
def test_other_refusals_are_the_clocks_only_beyond_what_aws_takes(
    text: str, status: int, service: str
) -> None:
    for minutes, clock in ((4.5, False), (5.0, True), (-4.5, False), (-5.0, True)):
        ahead = timedelta(minutes=minutes)
        refusal = read(text, status=status, service=service, ahead=ahead)
        assert refusal is not None
        assert (refusal.error_type == "clock_skewed") is clock, minutes


def test_a_clock_within_four_minutes_is_not_to_blame() -> None:
    refusal = read(message(MISMATCH), ahead=timedelta(minutes=4))
    assert refusal is not None
    assert refusal.error_type == "signature_refused"


def test_a_denied_action_stays_one_whatever_the_clocks_say() -> None:
    refusal = read(error("security_exception", FINE), ahead=timedelta(hours=1))
    assert refusal is not None
    assert refusal.error_type == "access_denied"


@pytest.mark.parametrize(
    ("header", "offset"),
    [
        ("Sun, 22 Nov 2026 17:10:00 GMT", timedelta(minutes=10)),
        ("Sun, 22 Nov 2026 17:00:00 -0000", timedelta()),
        ("yesterday", None),
        ("Sun, 22 Nov 2026 17:10:00 +99999999999999999999", None),
        ("Sun, 22 Nov 2026 17:10:00 -9999", None),
        ("Sun, 22 Nov 99999999999999999999 17:10:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_the_offset_is_read_from_a_date_or_is_unknown(
    header: str | None, offset: timedelta | None
) -> None:
    assert clock_offset(header, NOW) == offset
