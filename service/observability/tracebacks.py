"""What is told of an exception: its types and where it was raised, never its text. Pure.

A text may quote an answer: parsers, stores and `int()` repeat what they were given.
"""

import errno
import traceback
from collections.abc import Iterator


def describe_exception(error: BaseException) -> str:
    """The exception and what led to it, the outermost call first, as Python writes it; of an
    OSError also the name of its number, which says what is wrong with a disk or a network."""
    return "\n".join(_lines(error, set()))


def name_exception(error: BaseException) -> str:
    """Its type; of an OSError with the name of its number, like `OSError ENOSPC`."""
    number = error.errno if isinstance(error, OSError) else None
    name = type(error).__name__
    return name if number is None else f"{name} {errno.errorcode.get(number, number)}"


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    earlier = error.__cause__
    if earlier is None and not error.__suppress_context__:
        earlier = error.__context__
    if earlier is not None and id(earlier) not in seen:
        yield from _lines(earlier, seen)
        yield "which led to:"
    yield "Traceback (most recent call last):"
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield f'  File "{frame.f_code.co_filename}", line {line}, in {frame.f_code.co_qualname}'
    yield name_exception(error)
    if isinstance(error, BaseExceptionGroup):
        for number, one in enumerate(error.exceptions, start=1):
            if id(one) not in seen:
                yield f"{number} of {len(error.exceptions)}:"
                yield from (f"  {line}" for line in _lines(one, seen))
