"""What the answers to `formwell check` say about a role's rights, in words for a person. Pure."""

from uuid import UUID

from service.finding import Finding
from service.opensearch.aws.auth_refusals import (
    ACCESS_DENIED,
    CLOCK_SKEWED,
    IDS_NOT_SUPPORTED,
    SIGNATURE_REFUSED,
)
from service.opensearch.check.permissions import Deed, name_missing_permission, names_an_action
from service.store import CREATED, ItemResult, StoreError, StoreRefused

_NOT_ACCEPTED = frozenset({SIGNATURE_REFUSED, CLOCK_SKEWED})
_FORBIDDEN = 403
_UNAUTHORIZED = 401
_NOT_FOUND = 404
_INDEX_MISSING = "index_not_found_exception"

# OpenSearch's words for a document that is none, or whose fields do not fit the mapping.
_UNFIT = frozenset(
    {
        "document_parsing_exception",
        "mapper_parsing_exception",
        "parse_exception",
        "strict_dynamic_mapping_exception",
        "x_content_parse_exception",
    }
)
_DENIED = frozenset({ACCESS_DENIED, "security_exception"})
_WHO_WE_ARE = (
    "FORMWELL_STORE_URL must name a user and a password that the store knows, like "
    "https://forms:password@search.example.org; percent-encode what is neither letter nor digit"
)
_WHERE_IT_IS = (
    "there is no OpenSearch at this address, or not at this path: correct FORMWELL_STORE_URL, or "
    "what stands in front of the store"
)
_DENIED_EXPLICITLY = "a policy denies "  # the words of `auth_refusals`


def judge_greeting(answer: str | StoreError, *, signed: bool) -> list[Finding]:
    """What a store said of itself, or why it did not.

    With `signed`, first whether it took the signature: a role that is told that it may not do
    something was recognised by it.
    """
    accepted = Finding(about="signature", ok=True, text="accepted")
    if isinstance(answer, str):
        store = Finding(about="store", ok=True, text=answer)
        return [accepted, store] if signed else [store]
    if not isinstance(answer, StoreRefused):
        text = f"no usable answer: {answer}"
        return [Finding(about="store", ok=False, text=text)]
    if answer.status == _UNAUTHORIZED or answer.error_type in _NOT_ACCEPTED:
        about = "signature" if signed else "store"
        hint = "" if signed or answer.error_type in _NOT_ACCEPTED else f"; {_WHO_WE_ARE}"
        return [Finding(about=about, ok=False, text=f"refused: {answer}{hint}")]
    if answer.status == _FORBIDDEN:
        if not names_an_action(str(answer)):
            text = "not known yet: the store refuses to say what it is, and does not say why"
            accepted = Finding(about="signature", ok=None, text=text)
        # Without a signature there is no role, and perhaps no user either.
        who = "role" if signed else "service"
        text = (
            f"this {who} may not ask what it is, which nothing depends on; "
            f"what the {who} may do with the forms' indexes is asked next"
        )
        store = Finding(about="store", ok=None, text=text)
        return [accepted, store] if signed else [store]
    nothing_there = answer.status == _NOT_FOUND and answer.error_type is None
    hint = f"; {_WHERE_IT_IS}" if nothing_there else ""
    return [Finding(about="store", ok=False, text=f"{_words(answer)}{hint}")]


def judge_trial(result: ItemResult, receipt: UUID, *, index: str, service: str | None) -> Finding:
    """What became of a document that cannot be taken: refused for its fields is well."""
    if result.status == 400 and result.error_type in _UNFIT:
        text = (
            f"{index}: this role may write; the index is there as the service makes it at its "
            "first write, and a trial document was refused, as it should be"
        )
        return Finding(about="write", ok=True, text=text)
    if result.status in (200, CREATED):
        text = (
            f"{index}: took the trial document {receipt}, which its mapping should refuse: "
            "remove that document, and see what an ingest pipeline does here"
        )
        return Finding(about="write", ok=False, text=text)
    reason = result.reason or ""
    if result.error_type == IDS_NOT_SUPPORTED:
        return Finding(about="write", ok=False, text=f"{index}: {reason}")
    if result.status == _FORBIDDEN and result.error_type in _DENIED:
        return Finding(about="write", ok=False, text=_denied(reason, Deed.WRITE, index, service))
    said = ": ".join(part for part in (result.error_type, reason) if part)
    return Finding(about="write", ok=False, text=f"{index}: refused ({result.status} {said})")


def judge_write_refusal(error: StoreError, *, index: str, service: str | None) -> Finding:
    """Why the index could not be made ready, or the bulk was refused as a whole."""
    if _is_denial(error):
        return Finding(
            about="write", ok=False, text=_denied(str(error), Deed.WRITE, index, service)
        )
    return Finding(about="write", ok=False, text=f"{index}: {_words(error)}")


def judge_search(error: StoreError | None, *, index: str, service: str | None) -> Finding:
    """Whether answers can be found; a role that only writes is not wrong."""
    if error is None:
        return Finding(about="search", ok=True, text=f"{index}: this role may search")
    if _is_denial(error):
        missing = name_missing_permission(
            str(error), deed=Deed.SEARCH, index=index, service=service
        )
        text = (
            f"{index}: this role may not search, as is right where it only writes; "
            f"for `formwell search` {missing}"
        )
        return Finding(about="search", ok=None, text=text)
    if isinstance(error, StoreRefused) and error.error_type == _INDEX_MISSING:
        return Finding(about="search", ok=None, text=f"{index}: there is no such index yet")
    return Finding(about="search", ok=False, text=f"{index}: {_words(error)}")


def _is_denial(error: StoreError) -> bool:
    return (
        isinstance(error, StoreRefused)
        and error.status == _FORBIDDEN
        and error.error_type in _DENIED
    )


def _denied(reason: str, deed: Deed, index: str, service: str | None) -> str:
    if reason.startswith(_DENIED_EXPLICITLY):
        return f"{index}: {reason}"  # nothing is missing: something is there
    missing = name_missing_permission(reason, deed=deed, index=index, service=service)
    return f"{index}: {reason}; {missing}"


def _words(error: StoreError) -> str:
    if isinstance(error, StoreRefused) and error.error_type is not None:
        return f"refused ({error.status} {error.error_type}): {error}"
    return str(error)
