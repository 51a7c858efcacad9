"""Everything a service tells of itself, to those who are not to read answers."""

import asyncio
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.system.service_process import ServiceProcess, environment

INTERNAL = ("metrics", "status", "livez", "readyz")
COMMANDS = (
    ("check", "--json"),
    ("spool", "status"),
    ("spool", "status", "--json"),
    ("dead-letters", "list"),
    ("dead-letters", "list", "--json"),
    ("audit",),
    ("forms", "list"),
    ("forms", "diff"),
)


async def internal_pages(service: ServiceProcess) -> Mapping[str, str]:
    """What the internal listener answers, by path."""
    found = await asyncio.gather(
        *(asyncio.to_thread(_page, f"{service.internal_url}/{name}") for name in INTERNAL)
    )
    return dict(zip(INTERNAL, found, strict=True))


async def command_outputs(
    settings: Mapping[str, str], commands: Iterable[tuple[str, ...]] = COMMANDS
) -> Mapping[str, str]:
    """What commands print, errors included, by the command line. Two at a time."""
    gate = asyncio.Semaphore(2)

    async def run(arguments: tuple[str, ...]) -> str:
        async with gate:
            return await asyncio.to_thread(_output, settings, arguments)

    lines = list(commands)
    return dict(zip(map(" ".join, lines), await asyncio.gather(*map(run, lines)), strict=True))


def _page(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode()


def _output(settings: Mapping[str, str], arguments: tuple[str, ...]) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        env=environment(settings),
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in ended.stdout, ended.stdout
    return ended.stdout
