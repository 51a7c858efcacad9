"""Each row of the two tables that delivery is built to, by its name: what becomes of a document.

Where a row is about requests, a batch of one is sent again as long as that is asked for; what was
refused alone comes back with its attempts counted, as the spool does it.
"""

from collections.abc import Mapping, Sequence

import pytest

from service.delivery.bisection import Bisection
from service.spool.ports import Ack, DeadLetter, Retry, Verdict
from service.store import ItemResult, StoreError, StoreRefused, StoreUnavailable
from tests.delivery.fakes import CREATED, make_row

Answer = Sequence[ItemResult] | StoreError

DONE, LATER, HELD, DEAD = "done", "later", "held", "dead"

SHARDS = (
    "Validation Failed: 1: this action would add [2] total shards, but this cluster currently has"
    " [1000]/[1000] maximum shards open;"
)


def item(status: int, error_type: str | None = None, reason: str | None = None) -> Answer:
    return [ItemResult(status=status, error_type=error_type, reason=reason)]


def refused(status: int, error_type: str | None = None, text: str = "") -> Answer:
    return StoreRefused(text, status=status, error_type=error_type)


ROWS: Mapping[str, tuple[Answer, str]] = {
    "item 200": (item(200), DONE),
    "item 201": (item(201), DONE),
    "item 409 on create": (item(409, "version_conflict_engine_exception"), DONE),
    "item 429": (item(429, "rejected_execution_exception"), LATER),
    "item 429 of an older name": (item(429, "es_rejected_execution_exception"), LATER),
    "item 429 memory": (item(429, "circuit_breaking_exception"), LATER),
    "item 500": (item(500), LATER),
    "item 502": (item(502), LATER),
    "item 503": (item(503), LATER),
    "item 504": (item(504), LATER),
    "item unavailable shards": (item(503, "unavailable_shards_exception"), LATER),
    "item cluster event": (item(503, "process_cluster_event_timeout_exception"), LATER),
    "item 400 mapping": (item(400, "mapper_parsing_exception"), DEAD),
    "item 400 mapping, newer name": (item(400, "document_parsing_exception"), DEAD),
    "item 400 strict mapping": (item(400, "strict_dynamic_mapping_exception"), DEAD),
    "item 400 immense term": (item(400, "illegal_argument_exception", "immense term"), DEAD),
    "item 400 field limit": (item(400, "illegal_argument_exception", "Limit of total f"), DEAD),
    "item 400 malformed JSON": (item(400, "x_content_parse_exception"), DEAD),
    "item 400 malformed JSON, older": (item(400, "json_parse_exception"), DEAD),
    "item 400 not parsed": (item(400, "parse_exception"), DEAD),
    "item 400 parsing": (item(400, "parsing_exception"), DEAD),
    "item 413": (item(413), DEAD),
    "item of another 4xx, after several": (item(422, "new_exception"), DEAD),
    "item 404 index missing": (item(404, "index_not_found_exception"), HELD),
    "item 403 cluster block": (item(403, "cluster_block_exception"), HELD),
    "item flood stage": (item(429, "cluster_block_exception", "TOO_MANY_REQUESTS/12"), HELD),
    "item maximum shards": (item(400, "validation_exception", SHARDS), HELD),
    "item 403 no index is made": (item(403, "index_create_block_exception"), HELD),
    "item index closed": (item(400, "index_closed_exception"), HELD),
    "item mapping of another type": (item(400, "mapping_conflict"), HELD),
    "item ids not supported": (item(400, "ids_not_supported"), HELD),
    "request 401": (refused(401), HELD),
    "request 403 role": (refused(403, "security_exception"), HELD),
    "request 403 signature": (refused(403, "signature_refused"), HELD),
    "request 403 expired": (refused(403, "credentials_expired"), HELD),
    "request 403 clock": (refused(403, "clock_skewed"), HELD),
    "request 403 access": (refused(403, "access_denied"), HELD),
    "request without credentials": (refused(403, "credentials_missing"), HELD),
    "request 403 no index is made": (refused(403, "index_create_block_exception"), HELD),
    "request 403 cluster block": (refused(403, "cluster_block_exception"), HELD),
    "request flood stage": (refused(429, "cluster_block_exception"), HELD),
    "request ids not supported": (refused(400, "ids_not_supported"), HELD),
    "request maximum shards": (refused(400, "validation_exception", SHARDS), HELD),
    "request 404 index missing": (refused(404, "index_not_found_exception"), HELD),
    "request 413, a lone document": (refused(413), DEAD),
    "request 400 malformed, a lone document": (refused(400, "parse_exception"), DEAD),
    "request 429": (refused(429), LATER),
    "request 408": (refused(408), LATER),
    "request 500": (refused(500), LATER),
    "request 502": (refused(502), LATER),
    "request 503": (refused(503), LATER),
    "request 504": (refused(504), LATER),
    "request connect error": (StoreUnavailable("no connection"), LATER),
    "request timeout": (StoreUnavailable("no answer within 30 s"), LATER),
    "request 2xx that cannot be read": (StoreUnavailable("the answer is no JSON"), LATER),
    "request with another count of items": ([CREATED, CREATED], LATER),
}


def _judge(answer: Answer, attempts: int) -> tuple[Verdict, str | None]:
    bisection = Bisection([make_row(1, attempts=attempts)], lambda: 0.5, longest_wait=1.0)
    is_control = False
    while bisection.next_part() is not None:
        bisection.take([CREATED] if is_control else answer)
        is_control = True
    judgement = bisection.report().judgement
    (verdict,) = judgement.verdicts
    return verdict, judgement.hold


@pytest.mark.parametrize(("answer", "expected"), ROWS.values(), ids=ROWS.keys())
def test_what_becomes_of_a_document_by_what_the_store_says_of_it(
    answer: Answer, expected: str
) -> None:
    attempts = 0
    for _ in range(1_000):
        verdict, hold = _judge(answer, attempts)
        if not isinstance(verdict, Retry):
            break
        assert verdict.refused is (expected == DEAD)
        attempts += verdict.refused
    assert (hold is not None) is (expected == HELD)
    kinds = {DONE: Ack, LATER: Retry, HELD: Retry, DEAD: DeadLetter}
    assert type(verdict) is kinds[expected]
