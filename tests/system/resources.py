"""What a running process takes of the machine, as the kernel tells it."""

from dataclasses import dataclass
from pathlib import Path

_KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Of one process at one moment; `peak_bytes` since its start."""

    resident_bytes: int
    peak_bytes: int
    descriptors: int


def resources_of(process_id: int) -> Resources:
    """Read from /proc; see proc(5)."""
    folder = Path("/proc") / str(process_id)
    fields = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    return Resources(
        resident_bytes=int(fields["VmRSS"].split()[0]) * _KIB,
        peak_bytes=int(fields["VmHWM"].split()[0]) * _KIB,
        descriptors=len(list((folder / "fd").iterdir())),
    )
