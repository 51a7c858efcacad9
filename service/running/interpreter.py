"""How the interpreter runs a service: two of its defaults are for programs of another kind."""

import gc
import sys

SWITCH_SECONDS = 0.001
"""How long one thread may keep the interpreter's lock from another: by default 5 ms, which the
spool's thread would wait several times for each commit beside a busy event loop."""

_YOUNG = 20_000
_MIDDLE = 20
_OLD = 100


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
