"""Every row of what an answer of the store means."""

import pytest

from service.delivery.classify import (
    ATTEMPTS_BEFORE_DEAD,
    Outcome,
    classify_item,
    classify_refusal,
)
from service.store import ItemResult, StoreRefused

DONE, RETRY, HOLD, SPLIT, DEAD = Outcome

CONFLICT = "version_conflict_engine_exception"
SHARDS = (
    "Validation Failed: 1: this action would add [2] total shards, but this cluster currently has"
    " [1000]/[1000] maximum shards open;"
)

ITEMS: list[tuple[int, str | None, str | None, Outcome]] = [
    (200, None, None, DONE),
    (201, None, None, DONE),
    (409, CONFLICT, "document already exists", DONE),
    (429, "rejected_execution_exception", None, RETRY),
    (429, "circuit_breaking_exception", "Data too large", RETRY),
    (429, None, None, RETRY),
    (408, None, None, RETRY),
    (500, None, None, RETRY),
    (500, "mapper_exception", None, RETRY),
    (502, None, None, RETRY),
    (503, "unavailable_shards_exception", "primary shard is not active", RETRY),
    (503, "process_cluster_event_timeout_exception", None, RETRY),
    (503, "cluster_block_exception", "state not recovered / initialized", RETRY),
    (504, None, None, RETRY),
    (0, None, None, RETRY),
    (202, None, None, RETRY),
    (302, None, None, RETRY),
    (403, "cluster_block_exception", "FORBIDDEN/12/index read-only", HOLD),
    (429, "cluster_block_exception", "TOO_MANY_REQUESTS/12/disk usage exceeded", HOLD),
    (403, "index_create_block_exception", None, HOLD),
    (403, "security_exception", "no permissions for [indices:data/write/bulk]", HOLD),
    (401, None, None, HOLD),
    (404, "index_not_found_exception", "no such index [a]", HOLD),
    (404, "form_missing", None, HOLD),
    (404, None, None, HOLD),
    (507, "disk_full", None, HOLD),
    (400, "validation_exception", SHARDS, HOLD),
    (400, "illegal_argument_exception", SHARDS, HOLD),
    (400, "illegal_argument_exception", "pipeline with id [x] does not exist", HOLD),
    (400, "illegal_argument_exception", "no write index is defined for alias [a].", HOLD),
    (400, "index_closed_exception", "closed", HOLD),
    (400, "invalid_index_name_exception", "must be lowercase", HOLD),
    (400, "illegal_argument_exception", "Limit of total fields [1000] has been exceeded", DEAD),
    (400, "illegal_argument_exception", "Document contains at least one immense term", DEAD),
    (400, "illegal_argument_exception", "Document ID is not supported", DEAD),
    (400, "illegal_argument_exception", None, DEAD),
    (413, None, "document too large", DEAD),
]

REFUSALS: list[tuple[int, str | None, str, Outcome]] = [
    (401, None, "", HOLD),
    (403, "security_exception", "", HOLD),
    (403, None, "The request signature does not match", HOLD),
    (404, "index_not_found_exception", "", HOLD),
    (404, "form_missing", "", HOLD),
    (400, "mapping_conflict", "", HOLD),
    (409, "mapping_conflict", "", HOLD),
    (400, "validation_exception", SHARDS, HOLD),
    (429, "cluster_block_exception", "TOO_MANY_REQUESTS/12", HOLD),
    (507, "disk_full", "", HOLD),
    (405, None, "", HOLD),
    (415, None, "", HOLD),
    (413, None, "", SPLIT),
    (400, None, "", SPLIT),
    (400, "parse_exception", "", SPLIT),
    (400, "illegal_argument_exception", "Malformed action/metadata line [3]", SPLIT),
    (408, None, "", RETRY),
    (429, None, "", RETRY),
    (500, None, "", RETRY),
    (502, None, "", RETRY),
    (503, "cluster_block_exception", "", RETRY),
    (504, None, "", RETRY),
    (301, None, "", RETRY),
]


@pytest.mark.parametrize(("status", "error_type", "reason", "expected"), ITEMS)
def test_an_item_is_classified_by_its_status_and_type(
    status: int, error_type: str | None, reason: str | None, expected: Outcome
) -> None:
    result = ItemResult(status=status, error_type=error_type, reason=reason)
    for attempts in (0, 1_000):
        assert classify_item(result, attempts=attempts) is expected


@pytest.mark.parametrize(("status", "error_type", "reason", "expected"), REFUSALS)
def test_a_refused_request_is_classified_by_its_status_and_type(
    status: int, error_type: str | None, reason: str, expected: Outcome
) -> None:
    refusal = StoreRefused(reason, status=status, error_type=error_type)
    assert classify_refusal(refusal) is expected


@pytest.mark.parametrize(
    ("status", "error_type"),
    [(400, "new_exception"), (400, None), (409, None), (409, "other"), (405, None), (422, None)],
)
def test_an_unknown_refusal_of_an_item_is_dead_after_several_attempts(
    status: int, error_type: str | None
) -> None:
    result = ItemResult(status=status, error_type=error_type)
    outcomes = [classify_item(result, attempts=attempts) for attempts in range(6)]
    assert outcomes.index(Outcome.DEAD) == ATTEMPTS_BEFORE_DEAD - 1
    assert set(outcomes[: ATTEMPTS_BEFORE_DEAD - 1]) == {Outcome.RETRY}
    assert outcomes[-1] is Outcome.DEAD


@pytest.mark.parametrize(
    "error_type",
    [
        "document_parsing_exception",
        "mapper_parsing_exception",
        "strict_dynamic_mapping_exception",
    ],
)
def test_what_does_not_fit_the_mapping_is_dead_the_second_time(error_type: str) -> None:
    result = ItemResult(status=400, error_type=error_type, reason="failed to parse field [age]")
    outcomes = [classify_item(result, attempts=attempts) for attempts in range(3)]
    assert outcomes == [RETRY, DEAD, DEAD]


@pytest.mark.parametrize("error_type", ["mapper_parsing_exception", "illegal_argument_exception"])
def test_nobody_holds_an_index_by_what_they_type(error_type: str) -> None:
    reason = f"failed to parse; Preview of field's value: '{SHARDS}'"
    result = ItemResult(status=400, error_type=error_type, reason=reason)
    assert classify_item(result, attempts=1) is Outcome.DEAD
