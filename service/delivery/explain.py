"""What a refusal says to a person: a cause, and what to do.

What stands here is logged and shown on the status page, so it is made of statuses and types only: a
reason as the store words it may quote an answer ("Preview of field's value: …").
"""

from collections.abc import Sequence
from traceback import walk_tb

from service.store import StoreError, StoreRefused

_NOT_FOUND = 404

_INDEX_MISSING = (
    "the index is missing; it is made before the next attempt, unless the role may not:"
    " then make it or allow it"
)
_WRONG_ADDRESS = (
    "what answers there is no OpenSearch, or not at this path: correct FORMWELL_STORE_URL, or what"
    " stands in front of the store"
)
_CREDENTIALS = (
    "the store asks for credentials, or does not accept these: correct the user and password in"
    " FORMWELL_STORE_URL, or FORMWELL_AWS_SERVICE where requests are to be signed"
)
_FORBIDDEN = (
    "the credentials' role may not write here, or what stands in front of the store lets nobody in"
    " from here: `formwell check` says more"
)
_DISK = "the store's disk is full: free some space there"

_BY_TYPE = {
    "cluster_block_exception": (
        "the cluster blocks writing to the index, mostly because a disk is nearly full:"
        " free some space there, or lift the block"
    ),
    "disk_full": _DISK,
    "form_missing": (
        "no form here has this index: put its form file back and send SIGHUP, or restart"
    ),
    "index_closed_exception": "the index is closed: open it",
    "index_create_block_exception": (
        "the cluster makes no indexes now, mostly for want of disk or memory: give it some"
    ),
    "index_not_found_exception": _INDEX_MISSING,
    "index_not_prepared": "the cluster refuses the form's mapping: see what it said",
    "mapping_conflict": (
        "a field has another type in the index than in the form: change the form or its index"
    ),
    "validation_exception": (
        "the cluster refuses to make the index, mostly because it has too many shards:"
        " delete old indexes or raise cluster.max_shards_per_node"
    ),
}
_BY_STATUS = {401: _CREDENTIALS, 403: _FORBIDDEN, 404: _INDEX_MISSING, 507: _DISK}
_OTHERWISE = (
    "the store refuses every document of the index: see its own log, or that of what stands in"
    " front of it"
)


# Their texts come from our own stores and name fields of a form: without them nobody could act.
_OUR_OWN_TYPES = frozenset({"index_not_prepared", "mapping_conflict"})

# Theirs say all there is to say, made in `service/opensearch` of nothing but names.
_OUR_OWN_SENTENCES = frozenset(
    {
        "access_denied",
        "clock_skewed",
        "credentials_expired",
        "credentials_missing",
        "ids_not_supported",
        "signature_refused",
    }
)


def explain_hold(status: int, error_type: str | None, text: str | None = None) -> str:
    """Why an index is held and what to do, as a sentence; it goes on by itself afterwards.

    `text` is what the store said; it is repeated only where it was made here.
    """
    if text and error_type in _OUR_OWN_SENTENCES:
        return f"{text} ({name_error(status, error_type)})"
    cause = _BY_TYPE.get(error_type or "") or _BY_STATUS.get(status, _OTHERWISE)
    if status == _NOT_FOUND and error_type is None:  # OpenSearch always says what it did not find
        cause = _WRONG_ADDRESS
    said = f": {text}" if text and error_type in _OUR_OWN_TYPES else ""
    return f"{cause} ({name_error(status, error_type)}{said})"


def describe_failure(error: StoreError) -> str:
    """A failed request in words that are fit for a log."""
    if isinstance(error, StoreRefused):
        return name_error(error.status, error.error_type)
    return str(error)


def explain_failing_alone(failure: str) -> str:
    """Why an index is held whose requests fail while the store answers those to others."""
    return (
        "requests to this index fail while the store answers others: look at the index there,"
        f" it may lack shards or be too slow ({failure})"
    )


def explain_too_many(index: str, name: str) -> str:
    """Why an index is held of which too much would be set aside; `name` as `name_error` has it."""
    return (
        "the store refuses more than a fifth of the documents of this index for one reason"
        f" ({name}): none is set aside, they wait. Look at one with `formwell dead-letters list`"
        " and `show`, and mend the form or the index; or have them set aside with"
        f" `formwell dead-letters allow {index}`"
    )


def explain_no_room() -> str:
    """Why an index is held whose refused documents find no room among the dead letters."""
    return (
        "there is no room for more dead letters, so what the store refuses waits: take them out"
        " with `formwell dead-letters export`, then purge them, or requeue them once their cause"
        " is mended"
    )


def name_error(status: int, error_type: str | None) -> str:
    """Status and type: `403 security_exception`."""
    return str(status) if error_type is None else f"{status} {error_type}"


def trace_without_values(error: BaseException) -> Sequence[str]:
    """Where an error came from, the outermost call first: files, lines and names only.

    Its text is left out, as that of a bug may quote anything, and so are the lines of source, as
    they would be read from disk.
    """
    return [
        f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
        for frame, line in walk_tb(error.__traceback__)
    ]
