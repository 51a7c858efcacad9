"""What a request asks for, written so that every server reads it the same.

Before they check a signature, some servers decode the path and the query and some do not, and some
take a `+` for a space. Where all but RFC 3986's unreserved characters is percent-encoded, none of
that makes a difference.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode


def encode_path(path: str) -> str:
    """A path with `*`, `,` and the like percent-encoded; what is encoded already stays so."""
    return quote(path, safe="/%")


def encode_target(path: str, params: Mapping[str, Any] | None) -> str:
    """A path with a query; a space is `%20` in it. Values are texts or bytes."""
    if not params:
        return encode_path(path)
    return f"{encode_path(path)}?{urlencode(params, quote_via=quote, safe='')}"
