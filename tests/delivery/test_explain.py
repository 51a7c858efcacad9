"""What a person is told, and what nobody is."""

import pytest

from service.delivery.explain import describe_failure, explain_hold, trace_without_values
from service.store import StoreRefused, StoreUnavailable


@pytest.mark.parametrize(
    ("status", "error_type", "words"),
    [
        (403, "cluster_block_exception", "disk is nearly full"),
        (429, "cluster_block_exception", "disk is nearly full"),
        (401, "security_exception", "user and password in FORMWELL_STORE_URL"),
        (403, "security_exception", "role may not write"),
        (401, None, "user and password in FORMWELL_STORE_URL"),
        (403, None, "stands in front of the store"),
        (404, None, "correct FORMWELL_STORE_URL"),
        (404, "form_missing", "put its form file back"),
        (404, "index_not_found_exception", "index is missing"),
        (400, "validation_exception", "max_shards_per_node"),
        (507, "disk_full", "free some space"),
        (405, None, "see its own log"),
    ],
)
def test_a_hold_says_what_to_do_and_what_the_store_answered(
    status: int, error_type: str | None, words: str
) -> None:
    sentence = explain_hold(status, error_type, "secret")
    assert words in sentence
    assert str(status) in sentence
    assert error_type is None or error_type in sentence
    assert "secret" not in sentence


def test_a_conflict_of_the_form_with_its_index_is_told_in_full() -> None:
    sentence = explain_hold(409, "mapping_conflict", "age is text, not integer")
    assert "change the form or its index" in sentence
    assert "age is text, not integer" in sentence


def test_a_refusal_is_named_without_what_the_store_wrote() -> None:
    refusal = StoreRefused("secret", status=503, error_type="some_exception")
    assert describe_failure(refusal) == "503 some_exception"
    assert describe_failure(StoreRefused("secret", status=503)) == "503"
    assert describe_failure(StoreUnavailable("no connection")) == "no connection"


def test_a_trace_has_places_but_no_values() -> None:
    def inner(answer: str) -> None:
        raise ValueError(answer)

    with pytest.raises(ValueError) as caught:
        inner("secret")
    trace = trace_without_values(caught.value)
    assert trace[-1].endswith(" inner")
    assert __file__ in trace[-1]
    assert "secret" not in str(trace)
