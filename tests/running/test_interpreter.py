"""What a running service asks of the interpreter."""

import subprocess
import sys

import pytest

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
_IMPORTING = """
import gc
import click
from service.cli import main
looks = []
gc.callbacks.append(lambda phase, info: looks.append(phase))
before = gc.get_freeze_count()
main.get_command(click.Context(main), "probe")
assert not looks
assert gc.isenabled()
assert gc.get_freeze_count() > before + 1_000
"""
_FAILING = """
import gc
from service.running.interpreter import making_what_stays
try:
    with making_what_stays():
        raise LookupError
except LookupError:
    assert gc.isenabled()
"""


def test_what_is_there_at_the_start_is_looked_at_no_more_and_new_circles_are_still_found() -> None:
    # In a process of its own: these are properties of the whole interpreter.
    subprocess.run([sys.executable, "-c", _SCRIPT], check=True, timeout=30)


@pytest.mark.parametrize("script", [_IMPORTING, _FAILING], ids=["importing", "failing"])
def test_imports_of_a_command_are_not_searched_for_garbage_and_what_comes_later_is(
    script: str,
) -> None:
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
