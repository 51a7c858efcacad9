"""What a running service asks of the interpreter."""

import subprocess
import sys

_SCRIPT = """
import gc, sys
from service.running.interpreter import SWITCH_SECONDS, settle_in
kept = [[] for _ in range(1_000)]
settle_in()
assert gc.isenabled()
assert gc.get_freeze_count() > 1_000
assert gc.get_threshold()[0] > 700
assert abs(sys.getswitchinterval() - SWITCH_SECONDS) < 1e-6
loop = []
loop.append(loop)
known = id(loop)
del loop
assert gc.collect() > 0
"""


def test_what_is_there_at_the_start_is_looked_at_no_more_and_new_circles_are_still_found() -> None:
    # In a process of its own: these are properties of the whole interpreter.
    subprocess.run([sys.executable, "-c", _SCRIPT], check=True, timeout=30)
