"""What is wrong with the head of a request, whatever it asks for. Pure.

aiohttp answers such requests as if nothing were wrong (3.14.5), or in a way of its own.
"""

import re

from multidict import CIMultiDictProxy

from service.web.refusals import (
    BAD_REQUEST,
    UNKNOWN_EXPECTATION,
    UNSUPPORTED,
    UNSUPPORTED_VERSION,
    WRONG_HOST,
    Refusal,
)
from service.web.site import Site

VERSIONS = ((1, 0), (1, 1))

# A name or an address, and perhaps a port (RFC 9110, 7.2), as far as anybody has such hosts.
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def is_host_allowed(headers: CIMultiDictProxy[str], site: Site) -> bool:
    """Whether the service answers under the name it was asked by."""
    if not site.allowed_hosts:
        return True
    host = headers.get("Host", "").lower()
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name in site.allowed_hosts


def refusal_of(
    version: tuple[int, int], authority: str | None, headers: CIMultiDictProxy[str]
) -> Refusal | None:
    """Why nothing more of this request is to be looked at; None where all is well.

    `authority` is that of a target in absolute form, None for an ordinary one. It must be the Host:
    whoever checks one of them must not be fooled by the other.
    """
    if version not in VERSIONS:
        return UNSUPPORTED_VERSION
    host = headers.get("Host")
    if host is not None and not _HOST.fullmatch(host):
        return WRONG_HOST
    if authority is not None and authority.lower() != (host or "").lower():
        return WRONG_HOST
    coding = headers.get("Transfer-Encoding")
    if coding is not None and (version == (1, 0) or coding.lower() != "chunked"):
        return BAD_REQUEST  # where the body ends is not the same for everybody (RFC 9112, 6.1)
    if "Content-Encoding" in headers and not _is_as_it_is(headers):
        return UNSUPPORTED
    if headers.get("Expect", "100-continue").lower() != "100-continue":
        return UNKNOWN_EXPECTATION
    return None


def _is_as_it_is(headers: CIMultiDictProxy[str]) -> bool:
    encodings = ",".join(headers.getall("Content-Encoding")).lower().split(",")
    return all(encoding.strip() in ("", "identity") for encoding in encodings)
