"""The commands of docs/operations.md for a bad night, as they stand there, beside a service."""

import asyncio
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.opensearch.lying_server import run_lying_server, say
from tests.system.form_folder import write_form
from tests.system.polling import until
from tests.system.service_process import ServiceProcess, environment, running_service
from tests.system.status_page import read_status
from tests.system.submitting import submit

pytestmark = pytest.mark.slow

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
SECTIONS = ("At three in the morning", "Is everything there that should be?")
WITHIN_SECONDS = 30.0


def commands_of(section: str) -> list[str]:
    """The command lines that stand in a section."""
    text = OPERATIONS.read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def start(service: ServiceProcess, command: str, folder: Path) -> subprocess.Popen[str]:
    """Run a command with the settings of a service."""
    name, *arguments = shlex.split(command)
    assert name == "formwell"
    return subprocess.Popen(
        [sys.executable, "-m", "service", *arguments],
        cwd=folder,
        env=environment(service.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(service: ServiceProcess, command: str, folder: Path) -> tuple[int, str]:
    """Exit code and all that was printed; one that goes on for ever is ended as by Ctrl-C."""
    with start(service, command, folder) as process:
        if "--watch" not in command:
            printed, errors = process.communicate(timeout=WITHIN_SECONDS)
            return process.returncode, printed + errors
        assert process.stdout is not None
        seen = ""
        while seen.count("waiting for the store,") < 2:
            line = process.stdout.readline()
            assert line, seen
            seen += line
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=WITHIN_SECONDS)
        return process.returncode, seen + rest + errors


def test_the_page_has_commands_for_both() -> None:
    assert all(len(commands_of(section)) > 2 for section in SECTIONS)


async def test_the_commands_work_where_all_is_well(tmp_path: Path) -> None:
    forms = write_form(tmp_path / "forms", "night")
    with running_service(tmp_path, {"FORMS_DIR": forms}) as service:
        await submit(service, 3)

        async def delivered() -> bool:
            status = await asyncio.to_thread(read_status, service)
            return bool(status["spool"]["delivered"]["rows"] == 3)

        await until(delivered, within_seconds=WITHIN_SECONDS, hoping_for="3 delivered")
        commands = [
            command.replace("INDEX", "night")
            for section in SECTIONS
            for command in commands_of(section)
        ]
        ended = await asyncio.gather(
            *(asyncio.to_thread(run, service, command, tmp_path) for command in commands)
        )
        for command, (code, printed) in zip(commands, ended, strict=True):
            assert code == 0, (command, printed)
            assert "Traceback" not in printed


async def test_a_store_that_is_away_is_told_with_what_to_do(tmp_path: Path) -> None:
    async with run_lying_server() as server:
        server.bulk = say('{"error": {"type": "unavailable"}}', status=503)
        forms = write_form(tmp_path / "forms", "night")
        settings = {"FORMS_DIR": forms, "STORE_URL": server.url}
        with running_service(tmp_path, settings) as service:
            await submit(service, 3)

            async def told() -> bool:
                _, printed = await asyncio.to_thread(
                    run, service, "formwell spool status", tmp_path
                )
                return "THE STORE DOES NOT ANSWER" in printed and "3 waiting" in printed

            await until(told, within_seconds=WITHIN_SECONDS, hoping_for="the outage told")
            # The same with the status page.
            status = await asyncio.to_thread(read_status, service)
            assert status["delivery"]["circuit_open"] is True
            assert status["spool"]["pending"]["rows"] == 3
