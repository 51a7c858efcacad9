"""What it was measured on, for whoever reads the figures."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

_COMPARED = ("aiohttp", "uvloop", "apsw", "Flask", "gunicorn", "fastapi", "uvicorn")


def describe() -> Mapping[str, str]:
    """Names and versions, nothing that tells one machine of a kind from another."""
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: version(name) for name in _COMPARED},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
