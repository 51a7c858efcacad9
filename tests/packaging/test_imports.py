"""Importing the service does nothing: no file, no variable, no thread, no process, no socket."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import service

ROOT = Path(service.__file__).parent
WATCHER = Path(__file__).with_name("import_watcher.py")

MODULES = sorted(
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in ROOT.rglob("*.py")
)
DATA_PACKAGES = ("service.example_forms", "service.templates", "service.templates.static")


def deeds_of(
    roots: Sequence[Path], modules: Sequence[str], folder: Path | None = None
) -> list[str]:
    """What the code below `roots` does while `modules` are imported one after the other."""
    ended = subprocess.run(
        [sys.executable, str(WATCHER), ",".join(map(str, roots)), ",".join(modules)],
        cwd=folder,
        env={} if folder is None else {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    deeds = json.loads(ended.stdout)
    assert isinstance(deeds, list)
    return deeds


def test_importing_any_module_opens_nothing_reads_nothing_and_starts_nothing() -> None:
    assert len(MODULES) > 50
    roots = (ROOT, ROOT.parent / "templates", ROOT.parent / "forms")
    assert deeds_of(roots, (*MODULES, *DATA_PACKAGES)) == []


@pytest.mark.parametrize(
    ("line", "deed"),
    [
        ("open(__file__).close()", "open "),
        ("import pathlib; pathlib.Path(__file__).read_text()", "open "),
        ("import os; os.listdir('.')", "os.listdir "),
        ("import os; os.getenv('HOME')", "reads the variable HOME"),
        ("import os; 'HOME' in os.environ", "reads the variable HOME"),
        ("import os; dict(os.environ)", "lists the variables"),
        ("from os import environ; environ.get('HOME')", "reads the variable HOME"),
        ("import socket; socket.socket().close()", "socket.__new__ "),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen "),
        ("import threading; threading.Thread(target=int).start()", "starts the thread "),
        ("import sqlite3; sqlite3.connect(':memory:')", "sqlite3.connect "),
    ],
)
def test_the_watch_sees_what_a_module_does(line: str, deed: str, tmp_path: Path) -> None:
    module = tmp_path / "guilty.py"
    module.write_text(f"{line}\n")
    deeds = deeds_of((tmp_path,), ("guilty",), tmp_path)
    assert any(each.startswith(f"{module}:1: {deed}") for each in deeds), deeds


def test_the_watch_lets_a_module_import_what_does_such_things_itself(tmp_path: Path) -> None:
    ours, library = tmp_path / "ours", tmp_path / "library"
    for folder in (ours, library):
        folder.mkdir()
    (library / "__init__.py").write_text("open(__file__).close()\n")
    (ours / "__init__.py").write_text("import library\n")
    assert deeds_of((ours,), ("ours",), tmp_path) == []
    assert deeds_of((library,), ("ours",), tmp_path) != []
