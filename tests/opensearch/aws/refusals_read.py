"""AWS's sentences about a 401 or 403, and how one of them is read."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from service.opensearch.aws.auth_refusals import read_auth_refusal
from service.store import StoreRefused

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
ROLE = "arn:aws:sts::123456789012:assumed-role/forms/i-0abc"
DOMAIN = "arn:aws:es:eu-central-1:123456789012:domain/forms/big_survey/_bulk"
FINE = (
    f"no permissions for [indices:data/write/bulk] and User [name={ROLE}, "
    "backend_roles=[arn:aws:iam::123456789012:role/forms], requestedTenant=null]"
)
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method.\n\nThe Canonical String for this request should have "
    "been\n'POST\n/\n\nhost:a\nx-amz-security-token:SECRET\n'"
)


def message(text: str) -> str:
    """The answer of AWS's front."""
    return json.dumps({"message": text})


def error(kind: str, reason: str) -> str:
    """The answer of OpenSearch."""
    return json.dumps({"error": {"type": kind, "reason": reason}, "status": 403})


def read(
    text: str,
    *,
    status: int = 403,
    service: str | None = "es",
    ahead: timedelta = timedelta(),
    date: bool = True,
) -> StoreRefused | None:
    """What it becomes, with the store's clock that much ahead of ours."""
    header = format_datetime(NOW + ahead, usegmt=True) if date else None
    return read_auth_refusal(status, text, date=header, now=NOW, service=service)
