"""AWS Signature Version 4, for requests to OpenSearch. Pure: nothing is read, nothing awaited.

Written here from the published algorithm, not with botocore's signer: that one signs every header
it is shown, takes the time from the machine's clock, and logs the session token.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote, unquote_to_bytes, urlsplit

from service.opensearch.aws.credentials import Credentials

_ALGORITHM = "AWS4-HMAC-SHA256"
_DEFAULT_PORTS = {"http": 80, "https": 443}

# What a proxy may change or drop (connection, user-agent, accept-encoding …) stays out.
_SIGNED_BESIDES_AMZ = frozenset({"content-encoding", "content-type"})


def signing_headers(
    *,
    credentials: Credentials,
    service: str,
    region: str,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> dict[str, str]:
    """The headers that sign a request when they are added to it, `host` among them.

    `url` is the whole address as it goes on the wire, and `body` the bytes, compressed where they
    are. Of `headers`, content-type, content-encoding and those in `x-amz-` are signed. `service`
    is `es` or `aoss`; the body's hash is sent for both, as `aoss` demands it. `now` has a zone.
    """
    parts = urlsplit(url)
    moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    added = {
        "host": _host(parts.scheme, parts.hostname or "", parts.port),
        "x-amz-content-sha256": sha256(body).hexdigest(),
        "x-amz-date": moment,
    }
    if credentials.token is not None:
        added["x-amz-security-token"] = credentials.token
    signed = {**_worth_signing(headers), **added}
    names = ";".join(sorted(signed))
    request = "\n".join(
        (
            method.upper(),
            _canonical_path(parts.path),
            _canonical_query(parts.query),
            *(f"{name}:{' '.join(signed[name].split())}" for name in sorted(signed)),
            "",
            names,
            added["x-amz-content-sha256"],
        )
    )
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    to_sign = "\n".join((_ALGORITHM, moment, scope, sha256(request.encode()).hexdigest()))
    key = _signing_key(credentials.secret_key, scope)
    return {
        **added,
        "authorization": (
            f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={_hmac(key, to_sign).hex()}"
        ),
    }


def _host(scheme: str, name: str, port: int | None) -> str:
    """The Host header as browsers and aiohttp send it: a scheme's own port is left out."""
    host = f"[{name}]" if ":" in name else name
    return host if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{host}:{port}"


def _worth_signing(headers: Mapping[str, str]) -> dict[str, str]:
    lowered = {name.lower(): value for name, value in headers.items()}
    return {
        name: value
        for name, value in lowered.items()
        if name in _SIGNED_BESIDES_AMZ or name.startswith("x-amz-")
    }


def _canonical_path(path: str) -> str:
    """The path without empty and dot segments, its percent signs encoded once more."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(quote(segment, safe="~"))
    slash = "/" if kept and path.endswith(("/", "/.", "/..")) else ""
    return "/" + "/".join(kept) + slash


def _canonical_query(query: str) -> str:
    """Names and values encoded in one way, sorted. A `+` is a plus here, not a space."""
    pairs = [part.partition("=") for part in query.split("&") if part]
    return "&".join(
        f"{name}={value}" for name, value in sorted((_encode(n), _encode(v)) for n, _, v in pairs)
    )


def _encode(part: str) -> str:
    return quote(unquote_to_bytes(part), safe="~")


def _signing_key(secret_key: str, scope: str) -> bytes:
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
