"""The heads of answers, in text, made once but for a few values. Pure."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

CLOSING = "Connection: close\r\n"
"""In the head of an answer that is the last one of its connection."""


def lines_of(headers: Mapping[str, str]) -> str:
    """Headers as they stand in a head, each with its end of line."""
    return "".join(f"{name}: {text}\r\n" for name, text in headers.items())


def head_mould(status: HTTPStatus, headers: Mapping[str, str], given: Iterable[str]) -> str:
    """A head to be filled by `%`: with the values of `given` in their order, and behind them with
    more lines, which may be none."""
    constant = f"HTTP/1.1 {status.value} {status.phrase}\r\n{lines_of(headers)}"
    return constant.replace("%", "%%") + lines_of(dict.fromkeys(given, "%s")) + "%s\r\n"
