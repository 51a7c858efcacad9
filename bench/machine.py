"""What it was measured on, for whoever reads the figures."""

import platform
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from bench.cores import Cores

_COMPARED = ("aiohttp", "uvloop", "apsw", "Flask", "gunicorn", "fastapi", "uvicorn")


def describe(cores: Cores) -> Mapping[str, str]:
    """Names and versions, nothing that tells one machine of a kind from another."""
    return {
        "cores": str(len(cores.all)),
        "processor": _processor(),
        "file system": _file_system(tempfile.gettempdir()),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: version(name) for name in _COMPARED},
    }


def _file_system(folder: str) -> str:
    """Its kind: on one in memory an fsync costs nothing, and the figures say little."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    within = [
        (len(place), kind)
        for _, place, kind, *_ in mounts
        if Path(folder).resolve().is_relative_to(place)
    ]
    return max(within, default=(0, "unknown"))[1]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
