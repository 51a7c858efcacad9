"""aiohttp's parser, with somebody who looks at each message before aiohttp does."""

from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import StreamReader
from aiohttp.http import HttpParser, RawRequestMessage

Message = tuple[RawRequestMessage, StreamReader]


class WatchedParser:
    """Stands in the place of the parser of a RequestHandler (3.14.5), which sees no more of a
    message that `take` took."""

    def __init__(
        self, parser: "HttpParser[Any]", take: Callable[[RawRequestMessage, StreamReader], bool]
    ) -> None:
        self._parser = parser
        self._feed = parser.feed_data
        self._take = take

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def feed_data(self, data: bytes) -> tuple[Sequence[Message], bool, bytes]:
        """As the parser's own."""
        found = self._feed(data)
        messages, upgraded, _ = found
        if len(messages) == 1 and not upgraded and self._take(*messages[0]):
            self._parser.message_consumed()
            return (), False, b""
        return found


def whole_body(payload: StreamReader) -> bytes:
    """A body that is whole, which stays where it is: reading makes aiohttp look for more of it."""
    return b"".join(payload._buffer)
