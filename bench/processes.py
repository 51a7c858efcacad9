"""What a server's processes take of the machine, as /proc tells it; see proc(5)."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_KIB = 1024
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """By a process and all below it, since their start: CPU time, and the peak of memory, which
    counts what processes share once for each of them."""

    cpu_seconds: float
    peak_bytes: int


def taken_by(process_id: int) -> Taken:
    """Read now, with what ended children had taken."""
    tree = _tree(process_id)
    return Taken(
        cpu_seconds=sum(_cpu_seconds(one) for one in tree),
        peak_bytes=sum(_peak_bytes(one) for one in tree),
    )


def _tree(process_id: int) -> Sequence[int]:
    found = [process_id]
    for one in found:  # it grows while it is walked through
        for children in (_PROC / str(one) / "task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


def _cpu_seconds(process_id: int) -> float:
    # The second field is the program's name, which may hold spaces and brackets.
    fields = (_PROC / str(process_id) / "stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS_PER_SECOND


def _peak_bytes(process_id: int) -> int:
    status = (_PROC / str(process_id) / "status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return int(fields["VmHWM"].split()[0]) * _KIB
