"""The load generator: its command line, and what it counted."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("load.lua")
OVERLOAD_SCRIPT = Path(__file__).with_name("overload.lua")
ANSWER_WITHIN_SECONDS = 20
SPARE_SECONDS = 30.0
HOW_TO_GET_IT = (
    "The benchmark needs `wrk`, which is not here. Please install it and start again: "
    "`apt-get install wrk`, `dnf install wrk` or `brew install wrk`."
)


class Kind(StrEnum):
    """What is sent; load.lua has the requests."""

    SUBMIT = "submit"
    ESSAY = "essay"
    INVALID = "invalid"
    REPEAT = "repeat"
    JSON = "json"
    PAGE = "page"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What wrk counted. `refused` are answers of 400 and above, `broken` had no whole answer."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int
    broken: int

    @property
    def acknowledged(self) -> int:
        """Requests with an answer below 400."""
        return self.requests - self.refused

    @property
    def per_second(self) -> float:
        """Answers a second, of whatever status."""
        return self.requests / self.seconds


class LoadError(Exception):
    """wrk is missing, or ended without having counted anything."""


def require_wrk() -> None:
    """Raise LoadError, saying how to get it, where wrk is not installed."""
    if shutil.which("wrk") is None:
        raise LoadError(HOW_TO_GET_IT)


def send(
    url: str, kind: Kind, *, connections: int, seconds: float, prefix: Sequence[str] = ()
) -> Counted:
    """Send requests of one kind as fast as they are answered; what came of it. Blocks.

    `prefix` stands before the command, to put it on other cores than this process.
    """
    return _run(SCRIPT, url, connections, seconds, str(kind), prefix)


def send_at_rate(url: str, *, per_second: float, connections: int, seconds: float) -> Counted:
    """Send submissions at this rate, however fast they are answered. Blocks."""
    return _run(OVERLOAD_SCRIPT, url, connections, seconds, f"{per_second:.0f}")


def _run(
    script: Path,
    url: str,
    connections: int,
    seconds: float,
    argument: str,
    prefix: Sequence[str] = (),
) -> Counted:
    command = (
        *prefix,
        *("wrk", "--threads", "1", "--connections", str(connections)),
        *("--duration", f"{max(1, round(seconds))}s", "--timeout", f"{ANSWER_WITHIN_SECONDS}s"),
        *("--script", str(script), url, "--", argument),
    )
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds + SPARE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise LoadError(f"wrk did not end within {error.timeout:.0f} s.") from error
    if ended.returncode != 0:
        raise LoadError(f"wrk ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
    return parse(ended.stdout)


def parse(printed: str) -> Counted:
    """The figures in what wrk printed with our script. LoadError where there are none."""
    lines = [line for line in printed.splitlines() if line.startswith("{")]
    if not lines:
        raise LoadError(f"wrk counted nothing: {printed}")
    figures: Mapping[str, Any] = json.loads(lines[-1])
    return Counted(
        requests=figures["requests"],
        seconds=figures["seconds"],
        p50_ms=figures["p50_us"] / 1000,
        p99_ms=figures["p99_us"] / 1000,
        refused=figures["refused"],
        broken=figures["broken"],
    )
