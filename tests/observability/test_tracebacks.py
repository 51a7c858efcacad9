"""Exceptions in logs: where and what, and nothing of their texts."""

import asyncio
import errno
import gc
import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise

import pytest
import structlog

from service.observability.crashes import log_crashes
from service.observability.logs import configure_logs
from service.observability.tracebacks import describe_exception, name_exception

SECRET = "canary-7f3a"


def chained() -> BaseException:
    """An error with a cause, which has a context, in a group, with a note; all quote SECRET."""
    try:
        try:
            try:
                int(SECRET)
            except ValueError:
                raise KeyError(SECRET)  # noqa: B904 - the context is what is to be shown
        except KeyError as error:
            error.add_note(SECRET)
            raise OSError(errno.ENOSPC, SECRET, SECRET) from error
    except OSError as error:
        failed = error
    return ExceptionGroup(SECRET, [failed, RuntimeError(SECRET)])


@pytest.mark.parametrize("json_lines", [True, False])
def test_a_logged_exception_tells_types_and_places_but_no_text(json_lines: bool) -> None:
    """PRIV-2: a text may quote an answer, however deep in the chain."""
    stream = io.StringIO()
    configure_logs(level="debug", json_lines=json_lines, stream=stream)
    try:
        raise chained()
    except ExceptionGroup:
        structlog.get_logger().exception("failed")
        logging.getLogger("elsewhere").exception("failed there")
    told = stream.getvalue()
    assert SECRET not in told
    assert told.count("in chained") == 6
    places = [told.index(word) for word in ("ExceptionGroup", "ValueError", "KeyError", "ENOSPC")]
    assert all(one < other for one, other in pairwise(places))


def test_an_exception_that_is_its_own_cause_is_told_once() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__context__ = other, one
    assert describe_exception(one).count("ValueError") == 1


def test_of_an_error_of_the_system_its_number_is_told() -> None:
    assert name_exception(OSError(errno.EIO, SECRET)) == "OSError EIO"
    assert name_exception(OSError(987_654, SECRET)) == "OSError 987654"
    assert name_exception(OSError(SECRET)) == "OSError"


async def test_a_task_that_nobody_waits_for_is_told_without_what_it_was_about() -> None:
    """PRIV-2: asyncio shows the task with its exception, text and all."""
    stream = io.StringIO()
    configure_logs(level="debug", json_lines=True, stream=stream)

    async def fail() -> None:
        raise ValueError(SECRET)

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    (line,) = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert line["event"] == "Task exception was never retrieved"
    assert line["exception"].endswith("ValueError")
    assert SECRET not in stream.getvalue()


@pytest.fixture
def crashes() -> Iterator[io.StringIO]:
    """What is logged while the hooks of a service are in place."""
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    stream = io.StringIO()
    configure_logs(level="info", json_lines=True, stream=stream)
    log_crashes()
    try:
        yield stream
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


def test_what_nobody_catches_is_a_line_in_the_log_without_its_text(crashes: io.StringIO) -> None:
    """PRIV-2: Python would print the text, and not as JSON."""

    class Broken:
        def __del__(self) -> None:
            raise ValueError(SECRET)

    def fail() -> None:
        raise ValueError(SECRET)

    error = chained()
    sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    Broken()
    gc.collect()
    lines = [json.loads(line) for line in crashes.getvalue().splitlines()]
    assert [line["what"] for line in lines] == ["process", "thread", "object"]
    assert {(line["event"], line["level"]) for line in lines} == {("crashed", "critical")}
    assert SECRET not in crashes.getvalue()
