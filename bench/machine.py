"""What it was measured on, for whoever reads the figures."""

import platform
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
