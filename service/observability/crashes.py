"""The last words of a process, of a thread and of an object, in the log instead of as Python says
them: one line each, and without texts that may quote an answer."""

import sys
import threading
from types import TracebackType

import structlog

from service.observability.tracebacks import describe_exception

_LOG = structlog.get_logger(__name__)


def log_crashes() -> None:
    """From now on, whatever nobody catches is logged at level `critical`, event `crashed`."""
    sys.excepthook = _tell_of_process
    threading.excepthook = _tell_of_thread
    sys.unraisablehook = _tell_of_object


def _tell_of_process(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)  # Ctrl-C before anybody listens for it
        return
    _tell("process", error)


def _tell_of_thread(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None:
        _tell("thread", crash.exc_value)


def _tell_of_object(crash: "sys.UnraisableHookArgs") -> None:
    if crash.exc_value is not None:
        _tell("object", crash.exc_value)


def _tell(what: str, error: BaseException) -> None:
    _LOG.critical("crashed", what=what, exception=describe_exception(error))
