"""What an answer of the store means for the documents it was about.

The rows are those of Elasticsearch's and OpenSearch's own exceptions, by type as well as by status:
a 400 can be the document's fault or the cluster's. Nothing that is the cluster's fault is ever
dead: only what a store says of a document by itself counts towards that, never a time in which it
did not answer or refused everything. A reason's text is looked at only for a type that cannot quote
an answer there, and only from its first character, so that nobody can pause an index by what they
type into a form.
"""

import re
from enum import StrEnum

from service.store import CONFLICT, CREATED, ItemResult, StoreRefused


class Outcome(StrEnum):
    """What delivery does about a document or a whole bulk.

    DONE: the store has it. RETRY: it may pass later. HOLD: the index as a whole is refused, so it
    is paused and nothing is lost. SPLIT: a part of the bulk is at fault. DEAD: it never passes.
    """

    DONE = "done"
    RETRY = "retry"
    HOLD = "hold"
    SPLIT = "split"
    DEAD = "dead"


ATTEMPTS_BEFORE_DEAD = 5
"""How often a document is refused for a reason nobody listed here before it is set aside."""

ATTEMPTS_AT_A_MAPPING = 2
"""How often a document is refused for what it does not fit before it is set aside: once more, as
the index may have been made anew without our fields, and is looked at before the next attempt."""

TOO_MANY_REQUESTS = 429
TOO_LARGE = 413

VERSION_CONFLICT = "version_conflict_engine_exception"

_ABOUT_THE_INDEX = frozenset({401, 403, 404, 507})

_HOLD_TYPES = frozenset(
    {
        "cluster_block_exception",  # read-only, or the disk's flood stage: TOO_MANY_REQUESTS/12
        "disk_full",  # the embedded store's word for it
        "form_missing",  # no form of ours has this index now; its rows wait until one does
        "ids_not_supported",  # ours: a Serverless collection of another type than SEARCH
        "index_closed_exception",
        "index_create_block_exception",  # AWS, on a full disk or under memory pressure
        "index_not_found_exception",
        "index_not_prepared",  # our word: the cluster finds our mapping or template wrong
        "invalid_index_name_exception",
        "mapping_conflict",  # ours too: a field differs between form and index
        "security_exception",
        "validation_exception",  # "this action would add … maximum shards open"
    }
)

# As above, but under a type that documents share (fluent-plugin-opensearch, issue 134).
_CLUSTERS_FAULT = re.compile(
    r"Validation Failed: \d+: this action would add "
    r"|pipeline with id \[[^\]]*\] does not exist"
    r"|no write index is defined for alias "
)
_SHARED_TYPE = "illegal_argument_exception"

_DOCUMENT_TYPES = frozenset(
    {
        _SHARED_TYPE,  # an immense term, the limit of fields
        "json_parse_exception",
        "parse_exception",
        "parsing_exception",
        "x_content_parse_exception",
    }
)
_MAPPING_TYPES = frozenset(
    {
        "document_parsing_exception",
        "mapper_parsing_exception",
        "strict_dynamic_mapping_exception",
    }
)

_PASSING_STATUSES = frozenset({408, 425, TOO_MANY_REQUESTS})
_PASSING_TYPES = frozenset(
    {
        "circuit_breaking_exception",
        "es_rejected_execution_exception",
        "process_cluster_event_timeout_exception",
        "rejected_execution_exception",
        "unavailable_shards_exception",
    }
)


def classify_item(result: ItemResult, *, attempts: int) -> Outcome:
    """What one document's result means: DONE, RETRY, HOLD or DEAD.

    `attempts` counts how often this very document was refused before; see `counts_as_refusal`. A
    refusal that is not known here is DEAD only after ATTEMPTS_BEFORE_DEAD of them.
    """
    status, error_type = result.status, result.error_type
    if status in (200, CREATED) or (status == CONFLICT and error_type == VERSION_CONFLICT):
        return Outcome.DONE
    if _is_about_the_index(status, error_type, result.reason):
        return Outcome.HOLD
    if not counts_as_refusal(result):
        return Outcome.RETRY
    if status == TOO_LARGE or (status == 400 and error_type in _DOCUMENT_TYPES):
        return Outcome.DEAD
    most = ATTEMPTS_BEFORE_DEAD
    if status == 400 and error_type in _MAPPING_TYPES:
        most = ATTEMPTS_AT_A_MAPPING
    return Outcome.DEAD if is_last_attempt(attempts, most) else Outcome.RETRY


def counts_as_refusal(result: ItemResult) -> bool:
    """Whether an item that is not DONE and not HOLD was refused for what it is; else it may pass
    later as it stands, however often it did not."""
    return not _may_pass(result.status) and result.error_type not in _PASSING_TYPES


def classify_refusal(refusal: StoreRefused) -> Outcome:
    """What an error for the whole bulk means: RETRY, HOLD or SPLIT.

    A status that is not known here says something about the store or what stands before it, not
    about a document: HOLD.
    """
    if _is_about_the_index(refusal.status, refusal.error_type, str(refusal)):
        return Outcome.HOLD
    if refusal.status in (400, TOO_LARGE):
        return Outcome.SPLIT
    return Outcome.RETRY if _may_pass(refusal.status) else Outcome.HOLD


def is_last_attempt(attempts: int, most: int = ATTEMPTS_BEFORE_DEAD) -> bool:
    """Whether a document refused `attempts` times before has now been refused often enough."""
    return attempts + 1 >= most


def _is_about_the_index(status: int, error_type: str | None, reason: str | None) -> bool:
    if status in _ABOUT_THE_INDEX:
        return True
    if not 400 <= status < 500:
        return False  # a cluster_block_exception of a cluster that starts is a 503, and passes
    if error_type == _SHARED_TYPE:
        return reason is not None and _CLUSTERS_FAULT.match(reason) is not None
    return error_type in _HOLD_TYPES


def _may_pass(status: int) -> bool:
    return status in _PASSING_STATUSES or not 400 <= status < 500
