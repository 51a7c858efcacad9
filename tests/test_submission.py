"""The receipt: the same for a repeat, another for anything else, and a proper UUID."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.submission import (
    derive_receipt,
    encode_answers,
    encode_document,
    is_valid_key,
    iso_timestamp,
    key_time,
    make_submission,
    new_key,
    tame_key,
)

NOW = 1_790_000_000_123


def test_a_repeat_has_the_same_receipt_and_anything_else_another() -> None:
    key = new_key(NOW)
    answers = encode_answers({"a": "x", "b": "y"})
    receipt = derive_receipt("quiz", key, answers)
    assert receipt == derive_receipt("quiz", key, encode_answers({"b": "y", "a": "x"}))
    assert receipt != derive_receipt("quiz", key, encode_answers({"a": "x"}))
    assert receipt != derive_receipt("other", key, answers)
    assert receipt != derive_receipt("quiz", new_key(NOW), answers)


def test_parts_cannot_be_shifted_into_each_other() -> None:
    assert derive_receipt("ab", "c", b"") != derive_receipt("a", "bc", b"")


@given(st.text(), st.text(max_size=128), st.binary())
def test_a_receipt_is_a_version_8_uuid(form: str, key: str, answers: bytes) -> None:
    receipt = derive_receipt(form, tame_key(key), answers)
    assert receipt.version == 8
    assert receipt.variant == "specified in RFC 4122"


def test_receipts_sort_by_the_time_of_their_pages() -> None:
    earlier = derive_receipt("quiz", new_key(NOW), b"{}")
    later = derive_receipt("quiz", new_key(NOW + 1), b"{}")
    assert earlier < later
    assert earlier.int >> 80 == NOW


def test_keys_are_fresh_and_valid() -> None:
    keys = {new_key(NOW) for _ in range(1000)}
    assert len(keys) == 1000
    assert all(is_valid_key(key) for key in keys)


@pytest.mark.parametrize("key", ["", "x" * 129, "ü", "a\nb", "\x7f", "\ud800"])
def test_an_odd_key_is_made_usable_and_stays_the_same_key(key: str) -> None:
    assert not is_valid_key(key)
    assert is_valid_key(tame_key(key))
    assert tame_key(key) == tame_key(key)


def test_a_good_key_is_taken_as_it_is() -> None:
    assert tame_key("a b~" * 32) == "a b~" * 32


def test_answers_that_no_store_could_hold_are_not_encoded() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode_answers({"a": "\ud800"})
    with pytest.raises(ValueError, match="Out of range float"):
        encode_answers({"a": float("nan")})


def test_the_document_is_flat_and_complete() -> None:
    submission = make_submission(
        form="quiz",
        index="quiz-answers",
        key="k",
        answers={"essay": "“Süß”\n\u2028", "skipped": None},
        tags=("v1",),
        client_address="192.0.2.1",
        received_at=NOW,
    )
    assert json.loads(submission.document) == {
        "form": "quiz",
        "receipt": str(submission.receipt),
        "iso_timestamp": "2026-09-21T14:13:20.123Z",
        "is_spam": False,
        "tags": ["v1"],
        "client_ip_addr": "192.0.2.1",
        "essay": "“Süß”\n\u2028",
    }
    assert b"\n" not in submission.document


def test_a_submission_without_answers_and_address_is_a_document_too() -> None:
    submission = make_submission(
        form="quiz",
        index="i",
        key="k",
        answers={"a": None},
        tags=(),
        client_address=None,
        received_at=NOW,
    )
    assert set(json.loads(submission.document)) == {
        "form",
        "receipt",
        "iso_timestamp",
        "is_spam",
        "tags",
    }


def test_what_looks_like_spam_is_stored_and_changes_no_receipt() -> None:
    """ABUSE-8: a repeat is the same submission, whatever a trap said of either."""
    plain, flagged = (
        make_submission(
            form="quiz",
            index="i",
            key="k",
            answers={"a": "x"},
            tags=(),
            client_address=None,
            received_at=NOW,
            spam=spam,
        )
        for spam in ((), ("honeypot", "too_fast"))
    )
    assert flagged.receipt == plain.receipt
    stored = json.loads(flagged.document)
    assert (stored.pop("spam"), stored["is_spam"]) == (["honeypot", "too_fast"], False)
    assert stored == json.loads(plain.document)


def test_a_key_of_a_page_has_its_time_and_no_other_has_one() -> None:
    assert key_time(new_key(NOW)) == NOW
    assert [key_time(odd) for odd in ("", "k", "0" * 35, "G" * 36, "٣" * 36)] == [None] * 5


def test_times_are_utc_with_milliseconds() -> None:
    assert iso_timestamp(0) == "1970-01-01T00:00:00.000Z"
    assert iso_timestamp(NOW) == "2026-09-21T14:13:20.123Z"


def test_a_document_is_written_the_same_in_whatever_order_its_fields_come() -> None:
    made = make_submission(
        form="quiz",
        index="quiz-answers",
        key="key-1",
        answers={name: name for name in ("zebra", "apple", "mango", "essay", "b", "a", "c")},
        tags=("x",),
        client_address="192.0.2.7",
        received_at=1,
        spam=("honeypot",),
    )
    document = json.loads(made.document)
    assert encode_document(document) == made.document
    assert encode_document(dict(reversed(document.items()))) == made.document
