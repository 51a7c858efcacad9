"""Whether aiohttp reads requests with its parser in C: the other one lets more through."""

import os
from collections.abc import Mapping

from aiohttp import http_parser

_SWITCH = "AIOHTTP_NO_EXTENSIONS"


def parser_faults(
    environment: Mapping[str, str] = os.environ, parser: type = http_parser.HttpRequestParser
) -> tuple[str, ...]:
    """Why nothing should be served, in a sentence; none where the parser is the one in C.

    Requests that two servers read differently have come from aiohttp's parser in Python again and
    again (CVE-2023-37276, CVE-2024-52304, CVE-2025-53643, CVE-2025-69224).
    """
    if environment.get(_SWITCH):
        return (f"{_SWITCH} is set, so that requests would not be read safely; unset it",)
    if parser is http_parser.HttpRequestParserPy:
        return (
            "aiohttp is installed without its parser in C, so that requests would not be read "
            "safely; install a wheel of it, or build it with a C compiler",
        )
    return ()
