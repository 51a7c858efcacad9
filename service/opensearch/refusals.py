"""From an HTTP error of OpenSearch to one of the store's errors, without what people typed."""

import json
import re
from http import HTTPStatus

from service.store import StoreError, StoreRefused, StoreUnavailable

LONGEST_REASON = 500  # characters; the longest useful ones name a role and a permission

_REQUEST_TIMEOUT = 408

# OpenSearch quotes the value it could not take. Known from MapperParsingException ("Preview of
# field's value"), Lucene's IndexingChain (the immense term's prefix, byte by byte), and the
# parsers of dates, booleans, numbers, addresses and JSON.
_QUOTES_TO_THE_END = re.compile(
    r"[.\s]*(Preview of field's value|The prefix of the first immense term is|For input string).*",
    re.DOTALL,
)
_BRACKETED_VALUE = re.compile(r"(\bvalue |\bdate field |\bdate )\[.*\]", re.DOTALL)
_QUOTED = re.compile(r"""(?<![\w=])(['"])(?![0-9a-f-]{36}\1).*\1""", re.DOTALL)


def read_refusal(status: int, text: str, retry_after: str | None) -> StoreError:
    """What an answer other than 2xx means for a request as a whole.

    A 4xx is a refusal: nothing was written. Anything else may come from a proxy that gave up
    while OpenSearch went on, so nobody knows. 408 says that too.
    """
    error_type, said = read_error(text)
    reason = None if said is None else tame_reason(said)
    why = ": ".join(part for part in (error_type, reason) if part) or _phrase(status)
    message = f"the store answered {status}: {why}"
    if not 400 <= status < 500 or status == _REQUEST_TIMEOUT:
        return StoreUnavailable(message)
    return StoreRefused(
        message if error_type is None or reason is None else reason,
        status=status,
        error_type=error_type,
        retry_after_seconds=_seconds(retry_after),
    )


def tame_reason(reason: str) -> str:
    """A reason as OpenSearch gave it, less the values it quotes, on one line, and not too long.

    What stands before the first quoted value is kept as it was.
    """
    reason = _QUOTES_TO_THE_END.sub("", reason)
    reason = _BRACKETED_VALUE.sub(r"\1[…]", reason)
    reason = _QUOTED.sub(r"\1…\1", reason)
    return " ".join(reason.split())[:LONGEST_REASON]


def read_error(text: str) -> tuple[str | None, str | None]:
    """Type and reason, where there are: OpenSearch's own, or the message of AWS's front.

    The reason is as it was sent: it may quote an answer or a token.
    """
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(answer, dict):
        return None, None
    error = answer.get("error")
    if isinstance(error, dict):
        return _text(error.get("type")), _text(error.get("reason"))
    message = error or answer.get("message") or answer.get("Message")
    return None, _text(message)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "a status nobody knows"


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds (RFC 9110, 10.2.3); its other form, a date, counts as none."""
    if retry_after is None or re.fullmatch(r"[0-9]{1,6}", retry_after) is None:
        return None
    return float(retry_after)
