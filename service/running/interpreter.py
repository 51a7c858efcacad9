"""How the interpreter runs a service: some of its defaults are for programs of another kind."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_SECONDS = 0.001
"""How long one thread may keep the interpreter's lock from another: by default 5 ms, which the
spool's thread would wait several times for each commit beside a busy event loop."""

_YOUNG = 20_000
_MIDDLE = 20
_OLD = 100


@contextmanager
def making_what_stays() -> Iterator[None]:
    """The garbage collector looks at nothing that is made in the block, then or later.

    For imports: it would look at what they make some 240 times, and once more when the service is
    nearly ready, and find next to nothing to throw away.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def settle_in() -> None:
    """To be called once everything is there that stays until the end.

    That is looked at no more by the garbage collector, which otherwise went through all of it now
    and then while everybody waited; and what is new is looked at more rarely, as few objects of a
    request refer to each other in circles.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
