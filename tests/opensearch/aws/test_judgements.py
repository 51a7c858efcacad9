"""What is said of a clock and of a certificate."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from service.opensearch.check.judgements import judge_certificate, judge_clock

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "ok", "words"),
    [
        (0, True, "agrees with the server's within 2 s"),
        (-2, True, "agrees"),
        (30, True, "this machine is 30 s behind the server"),
        (-61, None, "this machine is 61 s ahead of the server; that still passes"),
        (300, False, "this machine is 300 s behind the server; signatures are refused"),
        (-86_400, False, "86400 s ahead of the server"),
    ],
)
def test_a_clock_is_judged_by_how_far_it_is_off(ahead: int, ok: bool | None, words: str) -> None:
    finding = judge_clock(format_datetime(NOW + timedelta(seconds=ahead), usegmt=True), NOW)
    assert finding.ok is ok
    assert words in finding.text


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_a_server_that_does_not_say_its_time_proves_nothing(date: str | None) -> None:
    assert judge_clock(date, NOW).ok is None


@pytest.mark.parametrize(("days", "ok"), [(20, True), (13, None)])
def test_a_certificate_that_ends_soon_is_worth_a_note(days: int, ok: bool | None) -> None:
    certificate = {
        "notAfter": "Nov 22 17:00:00 2026 GMT",
        "issuer": ((("countryName", "US"),), (("organizationName", "Amazon"),)),
    }
    now = (NOW - timedelta(days=days)).timestamp()
    finding = judge_certificate(certificate, now=now)
    assert finding.ok is ok
    assert "by Amazon, valid until 2026-11-22" in finding.text
