"""Checks Signature Version 4 as a service does. Pure, and with nothing in common with the signer.

Written from the published algorithm alone; imports nothing from `service` and not botocore.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,]+)/(\d{8})/([^/,]+)/([^/,]+)/aws4_request,\s*"
    r"SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})"
)
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PLAIN_TARGET = re.compile(
    r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*(?:\?(?:[\w.~&=-]|%[0-9A-F]{2})+)?", re.A
)


class SignatureError(Exception):
    """The request is refused; the text begins with what is wrong, in one of AWS's ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it arrived: `target` is the path and query of its first line, untouched."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What belongs to an access key id; `valid_until` is None for one that does not expire."""

    secret: str
    token: str | None = None
    valid_until: datetime | None = None


def verify(
    request: Request,
    *,
    keys: Mapping[str, Key],
    service: str,
    region: str,
    now: datetime,
    content_hash_sent: bool = True,
) -> str:
    """The id of the key that signed the request. Raises SignatureError.

    `content_hash_sent`: whether x-amz-content-sha256 must be there, as OpenSearch Serverless wants.
    """
    headers = _by_name(request.headers)
    found = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if found is None:
        raise SignatureError("Missing Authentication Token")
    key_id, day, signed_region, signed_service, names, signature = found.groups()
    if (signed_region, signed_service) != (region, service):
        raise SignatureError(f"Credential should be scoped to {region} and {service}")
    key = keys.get(key_id)
    if key is None:
        raise SignatureError("The security token included in the request is invalid.")
    if key.token != headers.get("x-amz-security-token"):
        raise SignatureError("The security token included in the request is invalid.")
    if key.valid_until is not None and key.valid_until <= now:
        raise SignatureError("The security token included in the request is expired")
    moment = headers.get("x-amz-date", "")
    _check_time(moment, day, now)
    _check_signed_names(names.split(";"), headers)
    _check_body(request.body, headers, required=content_hash_sent)
    canonical = canonical_request(request, names.split(";"))
    scope = f"{day}/{region}/{service}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{_hash(canonical.encode())}"
    expected = _mac(_mac_chain(key.secret, (day, region, service, "aws4_request")), to_sign).hex()
    if not hmac.compare_digest(expected, signature):
        raise SignatureError("The request signature we calculated does not match the signature")
    return key_id


def is_plain(target: str) -> bool:
    """Whether a target can be read in one way only: nothing in it is left to be encoded."""
    return _PLAIN_TARGET.fullmatch(target) is not None


def canonical_request(request: Request, names: Sequence[str]) -> str:
    """The text whose hash is signed."""
    path, _, query = request.target.partition("?")
    headers = _by_name(request.headers)
    lines = [request.method, _canonical_path(path), _canonical_query(query)]
    lines += [f"{name}:{headers[name]}" for name in names]
    lines += ["", ";".join(names), _hash(request.body)]
    return "\n".join(lines)


def _by_name(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    together: dict[str, list[str]] = {}
    for name, value in headers:
        together.setdefault(name.lower(), []).append(re.sub(" +", " ", value.strip()))
    return {name: ",".join(values) for name, values in together.items()}


def _check_time(moment: str, day: str, now: datetime) -> None:
    try:
        then = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise SignatureError("Authorization header requires existence of 'X-Amz-Date'") from error
    if moment[:8] != day:
        raise SignatureError("Date in Credential scope does not match YYYYMMDD from X-Amz-Date")
    if then < now - TOLERANCE:
        raise SignatureError(f"Signature expired: {moment} is now earlier than {now - TOLERANCE}")
    if then > now + TOLERANCE:
        raise SignatureError(f"Signature not yet current: {moment} is later than {now + TOLERANCE}")


def _check_signed_names(names: Sequence[str], headers: Mapping[str, str]) -> None:
    if list(names) != sorted(set(names)) or not set(names) <= set(headers):
        raise SignatureError("IncompleteSignature: the signed headers are not those that were sent")
    needed = {"host"} | ({"content-type"} & set(headers))
    needed |= {name for name in headers if name.startswith("x-amz-")}
    for name in sorted(needed - set(names)):
        raise SignatureError(f"'{name}' must be a 'SignedHeader' in the AWS Authorization.")


def _check_body(body: bytes, headers: Mapping[str, str], *, required: bool) -> None:
    said = headers.get("x-amz-content-sha256")
    if said is None and required:
        raise SignatureError("IncompleteSignature: x-amz-content-sha256 is missing")
    if said is not None and said != _hash(body):
        raise SignatureError("The request signature we calculated does not match: another body")


def _canonical_path(path: str) -> str:
    """Segments as they arrived, encoded; without empty ones and dots (RFC 3986, 5.2.4)."""
    whole = path.encode().split(b"/")
    kept: list[bytes] = []
    for segment in whole:
        if segment == b"..":
            kept = kept[:-1]
        elif segment and segment != b".":
            kept.append(segment)
    ends_open = bool(kept) and whole[-1] in (b"", b".", b"..")
    return "/" + "/".join(_percent(segment) for segment in kept) + ("/" if ends_open else "")


def _canonical_query(query: str) -> str:
    pairs: list[tuple[str, str]] = []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        pairs.append((_percent(_bytes(name)), _percent(_bytes(value))))
    return "&".join("=".join(pair) for pair in sorted(pairs))


def _percent(raw: bytes) -> str:
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in raw)


def _bytes(encoded: str) -> bytes:
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), encoded.encode())


def _mac_chain(secret: str, parts: Sequence[str]) -> bytes:
    key = b"AWS4" + secret.encode()
    for part in parts:
        key = _mac(key, part)
    return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
