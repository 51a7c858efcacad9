"""What the text of each setting may be, and the sentence about one that it may not be.

Each function gives the value or raises ValidationError, whose text goes on from the name of the
variable: "is 'x'; it must be …".
"""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import SplitResult, urlsplit

from environs import ValidationError

from service.aws_target import REGION
from service.rate import Rate, read_rate
from service.secret_keys import weakness_of
from service.store_name import name_store

EMBEDDED = "embedded"
NULL_STORE = "null:"
PERSISTENT, EPHEMERAL = "persistent", "ephemeral"
MOST_WORKERS = 64
LEVELS = ("debug", "info", "warning", "error", "critical")

Network = IPv4Network | IPv6Network

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"  # of a host name; RFC 1123, 2.1
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\]")
_LONGEST_SITE_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a listener binds."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def store_url(text: str) -> str:
    """`embedded`, `null:` or an OpenSearch's address."""
    if text in (EMBEDDED, NULL_STORE):
        return text
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        encode = (
            "; in a user and a password all but letters and digits is percent-encoded, # as %23"
        )
        raise ValidationError(
            f"is {name_store(text)!r}; it must be {EMBEDDED}, {NULL_STORE} or the address "
            f"of an OpenSearch, like https://search.example.org{encode if '@' in text else ''}"
        )
    _refuse_empty_port(parts, name_store(text), "https://search.example.org:9200")
    return text


def _refuse_empty_port(parts: SplitResult, shown: str, example: str) -> None:
    """Whoever wrote `host:` meant a port, and not that of the scheme: a variable in it was empty,
    as a rule."""
    if parts.netloc.endswith(":"):
        raise ValidationError(
            f"is {shown!r}, with a colon and no port behind it; write the port, like {example}, "
            "or leave the colon out"
        )


def region(text: str) -> str:
    """The name of a region of AWS."""
    if not REGION.fullmatch(text.lower()):
        raise ValidationError(f"is {text!r}; it must be the name of a region, like eu-west-1")
    return text.lower()


def address(text: str) -> Address:
    """An address and a port to bind to."""
    host, colon, port = text.rpartition(":")
    fits = colon and _HOST.fullmatch(host) and re.fullmatch(r"[0-9]{1,5}", port)
    if not fits or int(port) > 65_535:
        raise ValidationError(
            f"is {text!r}; it must be an address and a port, like 127.0.0.1:8080 or [::]:8080"
        )
    return Address(host=host.removeprefix("[").removesuffix("]"), port=int(port))


def public_url(text: str) -> str:
    """Scheme and host, no path; no slash at the end."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValidationError(
            f"is {name_store(text)!r}; it must be a scheme and a host without a path, "
            "like https://forms.example.org"
        )
    _refuse_empty_port(parts, text, "https://forms.example.org:8443")
    return text.rstrip("/")


def hosts(text: str) -> tuple[str, ...]:
    """Host names, in lower case."""
    hosts = tuple(host.strip().lower() for host in text.split(",") if host.strip())
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ValidationError(
                f"contains {host!r}; it must be host names without scheme and port, "
                "separated by commas, like forms.example.org,www.example.org"
            )
    return hosts


def secrets(text: str) -> tuple[str, ...]:
    """Keys, each long enough not to be guessed."""
    secrets = tuple(secret.strip() for secret in text.split(",") if secret.strip())
    weak = [weakness for secret in secrets if (weakness := weakness_of(secret))]
    if not secrets or weak:
        raise ValidationError(
            f"has {weak[0] if weak else 'no key'}; it must be long random texts, separated by "
            "commas, the one that signs first"
        )
    return secrets


def workers(text: str) -> int:
    """How many processes share the port."""
    if not re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) or not 1 <= int(text) <= MOST_WORKERS:
        raise ValidationError(
            f"is {text!r}; it must be a number from 1 to {MOST_WORKERS}: as many as there are "
            "cores, at most"
        )
    return int(text)


def slot(text: str) -> int | None:
    """The number of a slot; None for the first free one."""
    if text.lower() == "auto":
        return None
    if not re.fullmatch(r"[0-9]{1,3}", text, re.ASCII):
        raise ValidationError(
            f"is {text!r}; it must be auto, or a number from 0 to 999 that no other process with "
            "the same data folder has"
        )
    return int(text)


def rate_limit(text: str) -> Rate | None:
    """How many submissions in which time; None for `off`."""
    try:
        return None if text.lower() == "off" else read_rate(text)
    except ValueError:
        raise ValidationError(
            f"is {text!r}; it must be off, or a number a second, minute or hour, "
            "like 100/second or 60/minute"
        ) from None


def networks(text: str) -> tuple[Network, ...]:
    """IP networks, none of them the whole Internet: whoever is trusted says who a client is."""
    networks: list[Network] = []
    for part in (part.strip() for part in text.split(",")):
        try:
            network = None if part == "*" else ip_network(part)
        except ValueError:
            raise ValidationError(
                f"contains {part!r}{_meant(part)}; it must be networks, separated by commas, "
                "like 10.0.0.0/8,fd00::/8"
            ) from None
        if network is None or network.prefixlen == 0:
            raise ValidationError(
                f"contains {part!r}, which trusts everybody, so that each client could choose its "
                "own address; it must be the networks of your proxies, like 10.0.0.0/8,fd00::/8"
            )
        networks.append(network)
    return tuple(networks)


def _meant(part: str) -> str:
    try:
        return f", which is in {ip_network(part, strict=False)}"
    except ValueError:
        return ""


def seconds(text: str) -> float:
    """A duration in seconds, an hour at most."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise ValidationError(f"is {text!r}; it must be a number of seconds from 0 to 3600, like 8")
    return seconds


def site_name(text: str) -> str:
    """What people call the site: one line, short enough for the head of a page."""
    if len(text) > _LONGEST_SITE_NAME or not text.isprintable():
        raise ValidationError(
            f"is {text[:_LONGEST_SITE_NAME]!r}; it must be one line of at most "
            f"{_LONGEST_SITE_NAME} characters, like Town Library"
        )
    return text


def one_of(*choices: str) -> Callable[[str], str]:
    """A parser for one of these words, in any case."""

    def parse(text: str) -> str:
        if text.lower() not in choices:
            close = difflib.get_close_matches(text.lower(), choices, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise ValidationError(f"is {text!r}; it must be one of {', '.join(choices)}{hint}")
        return text.lower()

    return parse
