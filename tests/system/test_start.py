"""A start that cannot be says why, in words that lead to the remedy, and with its exit code."""

import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.system.ports import free_port
from tests.system.service_process import environment, running_service

END_SECONDS = 30.0


def serve(
    folder: Path, settings: Mapping[str, str], *, before: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a service that is expected to end by itself; `before` stands before its command."""
    return subprocess.run(
        [*before, sys.executable, "-m", "service", "serve"],
        cwd=folder,
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=END_SECONDS,
        check=False,
    )


def free_binds() -> dict[str, str]:
    return {
        "PUBLIC_BIND": f"127.0.0.1:{free_port()}",
        "INTERNAL_BIND": f"127.0.0.1:{free_port()}",
    }


def test_a_second_process_on_the_same_data_is_refused_and_told_by_whom(tmp_path: Path) -> None:
    with running_service(tmp_path, {"STORE_URL": "null:"}) as service:
        first = service.process_id
        second = serve(tmp_path, {**service.settings, **free_binds()})
        assert service.readiness() == 200
    assert second.returncode == 1
    assert f"is in use by process {first}" in second.stderr
    assert "FORMWELL_DATA_DIR" in second.stderr
    assert "Traceback" not in second.stderr


def test_wrong_settings_are_told_all_at_once_with_exit_code_2(tmp_path: Path) -> None:
    wrong = {
        "STORE_URL": "ftp://example.org",
        "PUBLIC_BIND": "8080",
        "SHUTDOWN_SECONDS": "soon",
        "LOG_LEVEL": "loud",
    }
    ended = serve(tmp_path, wrong)
    assert ended.returncode == 2
    for name, value in wrong.items():
        lines = [line for line in ended.stderr.splitlines() if f"FORMWELL_{name}" in line]
        assert len(lines) == 1, ended.stderr
        assert repr(value) in lines[0]
        assert "must be" in lines[0]
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == [], "a start that was refused left something behind"


def test_a_wrong_form_is_told_with_its_file_and_exit_code_2(tmp_path: Path) -> None:
    forms = tmp_path / "forms"
    forms.mkdir()
    (forms / "poll.yaml").write_text("title: A poll\nfields:\n  - name: Vote\n    type: tex\n")
    ended = serve(tmp_path, {"FORMS_DIR": str(forms), **free_binds()})
    assert ended.returncode == 2
    assert f"{forms / 'poll.yaml'}" in ended.stderr
    assert "Vote" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("setting", ["PUBLIC_BIND", "INTERNAL_BIND"])
def test_a_port_in_use_is_told_with_its_setting_and_exit_code_1(
    setting: str, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        ended = serve(tmp_path, {**free_binds(), "STORE_URL": "null:", setting: taken})
    assert ended.returncode == 1
    (sentence,) = [line for line in ended.stderr.splitlines() if "cannot listen" in line]
    assert sentence.startswith(f"formwell: cannot listen on FORMWELL_{setting} ({taken}): ")
    assert sentence.count("_BIND") == 1, "the other address is not at fault"
    assert "the port is in use by another program" in sentence
    assert "choose a free port" in sentence
    assert "Traceback" not in ended.stderr


def test_an_address_of_another_machine_is_told_with_its_setting(tmp_path: Path) -> None:
    elsewhere = {"PUBLIC_BIND": "192.0.2.1:8080"}  # RFC 5737: nobody's
    ended = serve(tmp_path, {**free_binds(), "STORE_URL": "null:", **elsewhere})
    assert ended.returncode == 1
    said = (
        "cannot listen on FORMWELL_PUBLIC_BIND (192.0.2.1:8080): this machine has no such address"
    )
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("name", ["lock", "control.sock"])
def test_a_data_folder_that_cannot_be_used_says_nothing_of_listening(
    name: str, tmp_path: Path
) -> None:
    slot = tmp_path / "data" / "slot-0"
    (slot / name).mkdir(parents=True)
    ended = serve(tmp_path, {**free_binds(), "STORE_URL": "null:"})
    assert ended.returncode == 1
    assert str(slot.name) in ended.stderr
    assert "listen" not in ended.stderr
    assert "Traceback" not in ended.stderr
