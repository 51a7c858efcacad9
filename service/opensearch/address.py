"""Where a store is and who we are to it, read from its URL."""

from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_DEFAULT_PORTS = {"http": 9200, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A store's address. `authorization` is a secret: the whole header, None without a user."""

    scheme: str
    host: str
    port: int
    path: str
    authorization: str | None = field(default=None, repr=False)


def parse_address(url: str) -> Address:
    """The address in a URL such as https://user:password@search.example:9200/prefix.

    Without a port it is 443 for https and OpenSearch's own 9200 for http. User and password are
    percent-decoded. Raises ValueError, with a text that never holds the URL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        # Not chained: its text can quote the user and the password.
        raise ValueError("the store's URL has no valid host or port") from None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        raise ValueError("the store's URL must start with http:// or https:// and name a host")
    if parts.query or parts.fragment:
        raise ValueError("the store's URL must end with its path: no '?' and no '#'")
    return Address(
        scheme=parts.scheme,
        host=host,
        port=port if port is not None else _DEFAULT_PORTS[parts.scheme],
        path=parts.path.strip("/"),
        authorization=_basic(parts.username, parts.password),
    )


def _basic(user: str | None, password: str | None) -> str | None:
    """Basic authentication (RFC 7617), in UTF-8."""
    if not user:
        return None
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"
