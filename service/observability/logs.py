"""Logs: one JSON object a line for machines, or coloured text for a terminal; never an answer.

Tracebacks carry no local variables: those would be answers.
"""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}

# These print bodies, and credentials, at DEBUG.
_TALKATIVE = ("opensearch", "opensearchpy", "botocore", "aiobotocore", "aiohttp", "asyncio")


def configure_logs(*, level: str, json_lines: bool, stream: TextIO | None = None) -> None:
    """Send structlog's events and the standard library's records to a stream, standard error
    where none is given. `level` is one of LEVELS."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderers: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if json_lines
        else [
            structlog.dev.ConsoleRenderer(
                exception_formatter=structlog.dev.plain_traceback, colors=_has_colours(stream)
            )
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(LEVELS[level])
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(LEVELS[level], logging.INFO))


def _has_colours(stream: TextIO | None) -> bool:
    return (stream or sys.stderr).isatty()
