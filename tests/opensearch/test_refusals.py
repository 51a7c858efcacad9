"""What is left of an error's text."""

import pytest

from service.opensearch.refusals import LONGEST_REASON, read_refusal, tame_reason
from service.store import StoreRefused, StoreUnavailable


@pytest.mark.parametrize(
    "reason",
    [
        "mapping set to strict, dynamic introduction of [nick] within [_doc] is not allowed",
        "[0199aa]: version conflict, document already exists (current version [1])",
        "no such index [survey] and [action.auto_create_index] is [false]",
        "Validation Failed: 1: this action would add [2] total shards, but this cluster currently "
        "has [1000]/[1000] maximum shards open;",
        "index [survey] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage "
        "watermark, index has read-only-allow-delete block];",
        "User: arn:aws:sts::1:assumed-role/web/i-0 is not authorized to perform: es:ESHttpPost",
    ],
)
def test_a_reason_that_quotes_no_value_stays_as_it_is(reason: str) -> None:
    assert tame_reason(reason) == reason


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        (
            "failed to parse field [age] of type [long] in document with id "
            "'01900000-0000-8000-8000-000000000000'. Preview of field's value: 'se'\ncret'",
            "failed to parse field [age] of type [long] in document with id "
            "'01900000-0000-8000-8000-000000000000'",
        ),
        (
            'immense term in field="mail" (whose UTF8 encoding is too long). Please correct it.  '
            "The prefix of the first immense term is: '[115, 101, 99]...'",
            'immense term in field="mail" (whose UTF8 encoding is too long). Please correct it',
        ),
        ('For input string: "secret"', ""),
        (
            "Failed to parse value [sec] ret] as only [true] or [false] are allowed.",
            "Failed to parse value […] are allowed.",
        ),
        ("failed to parse date field [secret] with format [x]", "failed to parse date field […]"),
        ("'sec'ret' is not an IP string literal.", "'…' is not an IP string literal."),
        ("Unrecognized token 'secret': was expecting", "Unrecognized token '…': was expecting"),
    ],
)
def test_a_value_that_a_reason_quotes_is_taken_out(reason: str, left: str) -> None:
    assert tame_reason(reason) == left


def test_a_reason_without_end_is_cut() -> None:
    assert len(tame_reason("x" * 10_000)) == LONGEST_REASON


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"error": {"type": "boom", "reason": "why"}}', "why"),
        ('{"error": "no handler"}', "the store answered 400: no handler"),
        ('{"message": "Signature expired"}', "the store answered 400: Signature expired"),
        ('{"error": {"type": "boom"}}', "the store answered 400: boom"),
        ("<html>secret</html>", "the store answered 400: Bad Request"),
        ('"secret"', "the store answered 400: Bad Request"),
        ('{"error": ["secret"]}', "the store answered 400: Bad Request"),
    ],
)
def test_every_error_says_something_to_a_person(text: str, said: str) -> None:
    assert str(read_refusal(400, text, None)) == said


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0.0), ("120", 120.0), (None, None), ("soon", None), ("-1", None), ("9" * 400, None)],
)
def test_the_wait_a_store_asks_for_is_read_in_seconds(
    header: str | None, seconds: float | None
) -> None:
    refused = read_refusal(429, "", header)

    assert isinstance(refused, StoreRefused)
    assert refused.retry_after_seconds == seconds


@pytest.mark.parametrize("status", [304, 408, 500, 501, 502, 503, 504, 599, 999])
def test_a_status_that_may_come_from_in_between_leaves_the_outcome_open(status: int) -> None:
    assert isinstance(read_refusal(status, "", None), StoreUnavailable)
