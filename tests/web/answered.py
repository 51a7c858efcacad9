"""Answers as they come from a socket, taken apart. Pure."""

import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_HEAD = re.compile(
    rb"HTTP/1\.[01] ([1-5][0-9]{2}) [A-Za-z ]+\r\n((?:[^\r\n:]+: [^\r\n]*\r\n)*)\r\n"
)
_WITHOUT_BODY = (204, 304)


class NoAnswerError(Exception):
    """What came is no answer of HTTP/1.0 or HTTP/1.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; `headers` has names in lower case, values of the same name joined by a comma."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether it is for a person."""
        return self.headers.get("content-type", "").startswith("text/html")

    @property
    def content(self) -> bytes:
        """The body as it was before it was compressed."""
        zipped = self.headers.get("content-encoding") == "gzip" and self.body
        return gzip.decompress(self.body) if zipped else self.body

    def json(self) -> Any:
        """The body, which must be JSON; the type is whatever it says."""
        return json.loads(self.body)


def answers_in(received: bytes, *, ended: bool = False) -> tuple[Answer, ...]:
    """The whole answers in what was received so far, without `100 Continue`.

    An answer to HEAD tells a length and has no body: what follows it begins like an answer, or the
    connection `ended` there. Raises NoAnswerError for anything else than answers.
    """
    answers = []
    while received:
        head = _HEAD.match(received)
        if head is None:
            if b"\r\n\r\n" in received or not b"HTTP/1.".startswith(received[:7]):
                raise NoAnswerError(received[:200])
            break
        status, headers = int(head[1]), _headers(head[2])
        rest = received[head.end() :]
        length = 0 if status in _WITHOUT_BODY else int(headers.get("content-length", 0))
        if rest.startswith(b"HTTP/1.") or (ended and not rest):
            length = 0
        if len(rest) < length:
            break
        if status >= 200:
            answers.append(Answer(status=status, headers=headers, body=rest[:length]))
        received = rest[length:]
    return tuple(answers)


def _headers(lines: bytes) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for line in lines.decode("ascii").splitlines():
        name, _, value = line.partition(": ")
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
