"""Commands, run in this process against a data folder of the test's own."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line; the result has exit_code, stdout and stderr."""
    for name in [name for name in os.environ if name.startswith("FORMWELL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FORMWELL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FORMWELL_FORMS_DIR", str(Path(__file__).parents[2] / "forms"))
    monkeypatch.setenv("COLUMNS", "200")

    def run_command(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return run_command
