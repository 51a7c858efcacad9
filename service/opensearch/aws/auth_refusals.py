"""What AWS means by a 401 or 403, in our words. Pure.

AWS says it in a sentence, not in a code, and some of these sentences quote the session token (the
one about a mismatch shows the whole canonical request). So none of theirs is passed on.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from service.opensearch.aws.denials import explain_denial, names_nobody
from service.opensearch.refusals import read_error
from service.store import CONFLICT, ItemResult, StoreRefused

SIGNATURE_REFUSED = "signature_refused"
CLOCK_SKEWED = "clock_skewed"
ACCESS_DENIED = "access_denied"
IDS_NOT_SUPPORTED = "ids_not_supported"

# AWS takes this much. A clock that is nearly as far off is to blame only where AWS's sentence
# leaves room for it: whoever wrote the Date header need not be the one that judges signatures.
_MOST_CLOCK_OFFSET = timedelta(minutes=5)
_DOUBTFUL_CLOCK_OFFSET = timedelta(minutes=4)

SERVERLESS = "aoss"

_UNAUTHORIZED = 401
_STATUSES = (_UNAUTHORIZED, 403)
# Types that say no more than the status does; any other is the cluster's own affair.
_TELLS_NOTHING = frozenset({None, "Forbidden", "security_exception", "authorization_exception"})

_WRONG_TIME = re.compile(
    r"Signature expired: |Signature not yet current: |RequestTimeTooSkewed"
    r"|difference between the request time and the current time is too large",
    re.IGNORECASE,
)
_CREDENTIALS: Sequence[tuple[re.Pattern[str], str]] = (
    (
        re.compile(r"token (included in the request is|has) expired|ExpiredToken", re.IGNORECASE),
        "the credentials' session token has expired, and no newer one was to be had:"
        " see whether this machine or container still gets credentials for its role",
    ),
    (
        re.compile(
            r"token included in the request is (invalid|malformed)|InvalidClientTokenId"
            r"|UnrecognizedClient|Access Key Id you provided does not exist",
            re.IGNORECASE,
        ),
        "AWS does not know the credentials' key or token: they were deleted or disabled,"
        " or belong to another AWS partition; see where they come from",
    ),
    (
        re.compile(r"Credential should be scoped to", re.IGNORECASE),
        "the signature is for another region or service than the store's:"
        " correct FORMWELL_AWS_REGION or FORMWELL_AWS_SERVICE",
    ),
)
_MISMATCH = re.compile(r"signature we calculated does not match|InvalidSignature", re.IGNORECASE)
_EXPLAIN_MISMATCH = (
    "AWS calculates another signature: the secret key does not belong to the key id,"
    " or something in between changes the request"
)
_INCOMPLETE = re.compile(
    r"Missing ?Authentication ?Token|IncompleteSignature|must be a 'SignedHeader'"
    r"|Authorization header requires",
    re.IGNORECASE,
)
_EXPLAIN_INCOMPLETE = (
    "the signature did not arrive complete: something in between changes the request's headers"
)
_ARRIVED_UNSIGNED = (
    "the request arrived without a signature: something in between takes its headers away"
)
_NOT_SIGNED = (
    "AWS wants signed requests, and these are not signed: set FORMWELL_AWS_SERVICE and"
    " FORMWELL_AWS_REGION"
)
_NO_SIGNATURE_HERE = (
    "the store takes no AWS signature here: see whether it is an AWS domain or collection"
)
_NO_IDS = "Document ID is not supported in create/index operation request"
_ONLY_SEARCH_COLLECTIONS = (
    "the collection takes no document ids, so that nothing could be written exactly once: only"
    " collections of the type SEARCH take them, not TIMESERIES and VECTORSEARCH; make one and"
    " change FORMWELL_STORE_URL"
)
_SILENT_DOMAIN = (
    "the store refuses the request and does not say why: see the role's policy, the domain's"
    " access policy and what stands in between"
)
_SILENT_COLLECTION = (
    "OpenSearch Serverless refuses the request and does not say why: the role needs"
    " aoss:APIAccessAll on the collection, the collection's data access policy must give it"
    " aoss:DescribeIndex, aoss:CreateIndex, aoss:UpdateIndex and aoss:WriteDocument on the index,"
    " and its network policy must let this network in"
)


def read_auth_refusal(
    status: int, text: str, *, date: str | None, now: datetime, service: str | None
) -> StoreRefused | None:
    """The refusal that a 401 or 403 is, with a sentence that says what to do.

    None where it is none of these: a block of the cluster, or a text nobody knows for a request
    that is not signed. `date` is the answer's Date header, `service` the one the request is signed
    for, None where it is not signed.
    """
    kind, said = read_error(text)
    said = said or ""
    if status not in _STATUSES or kind not in _TELLS_NOTHING:
        return None
    found = (
        _read_unsigned(said)
        if service is None
        else _read_signed(said, status, service=service, offset=clock_offset(date, now))
    )
    if found is None:
        return None
    error_type, sentence = found
    return StoreRefused(sentence, status=status, error_type=error_type)


def _read_unsigned(said: str) -> tuple[str, str] | None:
    if names_nobody(said) or _INCOMPLETE.search(said):
        return SIGNATURE_REFUSED, _NOT_SIGNED
    denial = explain_denial(said)
    return None if denial is None else (ACCESS_DENIED, denial)


def _read_signed(
    said: str, status: int, *, service: str, offset: timedelta | None
) -> tuple[str, str]:
    if names_nobody(said):
        return SIGNATURE_REFUSED, _ARRIVED_UNSIGNED
    if (denial := explain_denial(said)) is not None:
        return ACCESS_DENIED, denial
    clock = CLOCK_SKEWED, _explain_clock(offset)
    apart = abs(offset or timedelta())
    # Before the clock, so that others are fetched: credentials that AWS names are what it refuses.
    for pattern, sentence in _CREDENTIALS:
        if pattern.search(said):
            besides = f"; besides, {clock[1]}" if apart >= _MOST_CLOCK_OFFSET else ""
            return SIGNATURE_REFUSED, f"{sentence}{besides}"
    if apart >= _MOST_CLOCK_OFFSET or _WRONG_TIME.search(said):
        return clock
    doubtful = apart > _DOUBTFUL_CLOCK_OFFSET
    if _MISMATCH.search(said):
        return clock if doubtful else (SIGNATURE_REFUSED, _EXPLAIN_MISMATCH)
    if _INCOMPLETE.search(said):
        return SIGNATURE_REFUSED, _EXPLAIN_INCOMPLETE
    if status == _UNAUTHORIZED:
        return SIGNATURE_REFUSED, _NO_SIGNATURE_HERE
    if service == SERVERLESS:
        # As silent about keys that were replaced: blaming the clock would keep the old ones.
        return ACCESS_DENIED, _SILENT_COLLECTION
    return clock if doubtful else (ACCESS_DENIED, _SILENT_DOMAIN)


def may_be_the_credentials(refusal: StoreRefused, service: str) -> bool:
    """Whether nobody knows if other credentials could help: Serverless does not tell those that
    it does not take from missing rights. A denial that names what is denied knows who asked."""
    return (
        service == SERVERLESS
        and refusal.error_type == ACCESS_DENIED
        and str(refusal) == _SILENT_COLLECTION
    )


def read_refused_item(result: ItemResult) -> ItemResult:
    """A document's result, in our words where it is about rights or the kind of a collection."""
    match (result.status, result.error_type):
        # From the first character, so that nobody can say it by what they type into a form.
        case (400, "illegal_argument_exception") if (result.reason or "").startswith(_NO_IDS):
            return ItemResult(
                status=CONFLICT, error_type=IDS_NOT_SUPPORTED, reason=_ONLY_SEARCH_COLLECTIONS
            )
        case (403, "security_exception"):
            sentence = explain_denial(result.reason or "")
            return replace(result, error_type=ACCESS_DENIED, reason=sentence or _SILENT_DOMAIN)
        case _:
            return result


def clock_offset(date: str | None, now: datetime) -> timedelta | None:
    """How far the service's clock is ahead of ours, by a Date header (RFC 9110, 6.6.1)."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except (ValueError, OverflowError):
        return None
    return (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)) - now


def _explain_clock(offset: timedelta | None) -> str:
    if offset is None or abs(offset) <= _DOUBTFUL_CLOCK_OFFSET:
        return (
            "AWS finds the signature's time wrong, though its own clock agrees with this"
            " machine's now: see whether that jumps, or requests are kept back in between"
        )
    # To the minute: the text stays the same from one attempt to the next, so it is logged once.
    minutes = round(abs(offset) / timedelta(minutes=1))
    side = "behind" if offset > timedelta() else "ahead of"
    return (
        f"this machine's clock is about {minutes} min {side} the store's, and AWS takes"
        " 5 min at most: set it right"
    )
