"""A row of the table: what is sent, and all that must hold after it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Place(Enum):
    """Which of the table's sites a row is sent to."""

    OPEN = "open"
    BEHIND_PROXY = "behind_proxy"
    """It answers to `localhost` only, and believes what 127.0.0.0/8 forwards."""
    LIMITED = "limited"
    """Ten submissions an hour from a client."""
    LIMITED_BEHIND_PROXY = "limited_behind_proxy"
    """The same, of those that 127.0.0.0/8 forwards."""


class Connection(Enum):
    """What becomes of the connection after the answer."""

    USABLE = "usable"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`name` begins with the number in section 11. Whatever is not said here must not be: nothing
    is stored, nothing is told of the input, and nobody is at fault.

    `code` is how the refusal is counted, None where nothing is refused. `stored` are the answers of
    the one document, with the client's address where a row is about that. `errors` are those of the
    JSON answer, `kept` is what the controls of the page show. `most_cpu_seconds` is what both ends
    may take together.
    """

    name: str
    sent: bytes
    status: Collection[int]
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    place: Place = Place.OPEN
    connection: Connection = Connection.USABLE
    stored: Mapping[str, object] | None = None
    errors: Collection[tuple[str, str]] | None = None
    kept: Mapping[str, str] | None = None
    most_cpu_seconds: float | None = None


def refused(name: str, sent: bytes, status: int, code: str, **more: Any) -> Row:
    """A request that is answered with this refusal, on a connection that stays."""
    return Row(name=name, sent=sent, status={status}, code=code, **more)


def unreadable(name: str, sent: bytes, **more: Any) -> Row:
    """What is no request: 400, and nothing more is read from its connection."""
    return refused(name, sent, 400, "bad_request", connection=Connection.CLOSED, **more)


def taken(name: str, sent: bytes, stored: Mapping[str, object], status: int = 303) -> Row:
    """Answers that are stored, exactly these."""
    return Row(name=name, sent=sent, status={status}, stored=stored)


def wrong(name: str, sent: bytes, errors: Mapping[str, str], **more: Any) -> Row:
    """Answers of a program that do not fit: what is wrong with each field, by code."""
    return refused(name, sent, 422, "invalid", errors=[*errors.items()], **more)


def shown_again(name: str, sent: bytes, kept: Mapping[str, str], **more: Any) -> Row:
    """Answers of a person that do not fit: they stand on the page."""
    return refused(name, sent, 422, "invalid", kept=kept, **more)
