"""Logs: one JSON object a line for machines, or coloured text for a terminal; never an answer.

Tracebacks carry neither local variables nor the texts of exceptions: those may be answers.
"""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from service.observability.request_lines import REQUEST_LINES, add_request_id
from service.observability.tracebacks import describe_exception

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}

# These print bodies, and credentials, at DEBUG.
_TALKATIVE = ("opensearch", "opensearchpy", "botocore", "aiobotocore", "aiohttp", "asyncio")

# Its texts quote what a client sent.
_QUOTES_REQUESTS = "aiohttp.server"
# Its first lines say what happened; the others show objects, with the texts of exceptions.
_SHOWS_OBJECTS = "asyncio"


def configure_logs(*, level: str, json_lines: bool, stream: TextIO | None = None) -> None:
    """Send structlog's events and the standard library's records to a stream, standard error
    where none is given. `level` is one of LEVELS."""
    shared: list[Processor] = [
        add_request_id,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderers: list[Processor] = (
        [structlog.processors.ExceptionRenderer(_describe), structlog.processors.JSONRenderer()]
        if json_lines
        else [
            structlog.dev.ConsoleRenderer(
                exception_formatter=_print_described, colors=_has_colours(stream)
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
    quick = json_lines and LEVELS[level] <= LEVELS["info"]
    REQUEST_LINES.send_to(handler.stream if quick else None)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_quote_nothing, *shared, structlog.stdlib.add_logger_name],
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


def _describe(exc_info: ExcInfo) -> str:
    return describe_exception(exc_info[1])


def _print_described(stream: TextIO, exc_info: ExcInfo) -> None:
    stream.write(f"\n{_describe(exc_info)}")


def _quote_nothing(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Of what the HTTP server says by itself only the type of the exception is kept, and of what
    the event loop says the first line."""
    if event["_record"].name == _SHOWS_OBJECTS:
        return {**event, "event": str(event["event"]).partition("\n")[0]}
    if event["_record"].name != _QUOTES_REQUESTS:
        return event
    _type, *_rest = event.pop("exc_info", None) or (None,)
    return {
        "event": "http_server",
        "error_type": None if _type is None else _type.__name__,
        "_record": event["_record"],
        "_from_structlog": event["_from_structlog"],
    }
