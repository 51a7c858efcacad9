"""The heads of answers, in text, made once but for a few values. Pure."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

CLOSING = "Connection: close\r\n"
"""The last value of a head whose answer is the last one of its connection; otherwise nothing."""


def head_mould(status: HTTPStatus, headers: Mapping[str, str], given: Iterable[str]) -> str:
    """A head to be filled by `%`: with the values of `given` in their order, and with CLOSING or
    nothing behind them."""
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += (f"{name}: {text}" for name, text in headers.items())
    constant = "\r\n".join(lines).replace("%", "%%")
    return constant + "".join(f"\r\n{name}: %s" for name in given) + "\r\n%s\r\n"
