"""Formwell started for a figure: on a folder that is kept, or on one of this start alone."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import FORM_PATH, FORMWELL, Place
from bench.cores import Cores
from bench.running import ROOT, Running, running
from tests.system.ports import free_port


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A service that is ready, with its addresses."""

    server: Running
    url: str
    internal_url: str


@contextlib.contextmanager
def formwell(
    folder: Path, cores: Cores, *, store_url: str, index: str, everywhere: bool = False
) -> Iterator[Started]:
    """Start Formwell on the spool in `folder`, on its own core or everywhere; stopped with the
    block. Raises StartError."""
    port, internal_port = free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    launch = FORMWELL.launch(
        Place(
            folder=folder, port=port, internal_port=internal_port, store_url=store_url, index=index
        )
    )
    command = (cores.unpinned if everywhere else cores.pinned)(launch.command)
    with running(launch, command, folder) as server:
        yield Started(
            server=server,
            url=f"http://127.0.0.1:{port}{FORM_PATH}",
            internal_url=f"http://127.0.0.1:{internal_port}",
        )


def fill(folder: Path, rows: int, index: str) -> None:
    """Have this many submissions wait in the spool of a folder that nothing uses. Blocks."""
    file = folder / "data" / "slot-0" / "spool.db"
    command = (sys.executable, "-m", "tests.spool.backlog", str(file), str(rows), index)
    subprocess.run(command, check=True, cwd=ROOT)
