"""`formwell probe` runs every few seconds, for as long as the service does."""

import subprocess
import sys

import pytest

from tests.cli.conftest import Run
from tests.system.ports import closed_url

HEAVY = ("aiohttp", "apsw", "babel", "botocore", "jinja2", "opensearchpy", "structlog", "yaml")
_SCRIPT = """
import sys, click
from service.cli import main
main.get_command(click.Context(main), sys.argv[1])
print(*sys.modules)
"""


def imported_for(command: str) -> set[str]:
    """Names of the modules that are there once a command was found."""
    ended = subprocess.run(
        [sys.executable, "-c", _SCRIPT, command], check=True, capture_output=True, timeout=30
    )
    return set(ended.stdout.decode().split())


def test_a_probe_imports_nothing_that_only_a_service_needs() -> None:
    assert imported_for("probe").isdisjoint(HEAVY)


def test_where_nothing_listens_it_says_where_to_look(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = closed_url().removeprefix("http://")
    monkeypatch.setenv("FORMWELL_INTERNAL_BIND", address)
    result = run("probe")
    assert result.exit_code == 1
    assert f"no answer from {address}/livez: no service listens there; see its log" in result.stderr


@pytest.mark.slow
def test_a_service_imports_all_of_it() -> None:
    assert imported_for("serve") >= set(HEAVY)
