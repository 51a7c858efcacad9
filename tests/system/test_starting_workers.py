"""What is asked of several workers while they are still beginning, which takes Python a moment."""

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.system.form_folder import write_form
from tests.system.service_process import START_SECONDS, ServiceProcess, running_service

pytestmark = pytest.mark.slow


def until_begun(service: ServiceProcess, workers: int) -> None:
    """Return when so many processes were made, none of which can have come far."""
    process = service.process_id
    children = Path(f"/proc/{process}/task/{process}/children")
    deadline = time.monotonic() + START_SECONDS
    while len(children.read_text().split()) < workers:
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {workers} workers were begun:\n{service.log_text()}")
        time.sleep(0.001)


def several(folder: Path) -> ServiceProcess:
    forms = write_form(folder / "forms", "quiz-answers")
    settings = {"STORE_URL": "null:", "FORMS_DIR": forms, "WORKERS": "2"}
    return ServiceProcess(folder, settings)


@pytest.mark.parametrize("begun", [1, 2])
def test_a_stop_that_comes_while_workers_begin_is_a_clean_one(tmp_path: Path, begun: int) -> None:
    service = several(tmp_path)
    service.spawn()
    try:
        until_begun(service, begun)
        assert service.terminate() == 0, service.log_text()
    finally:
        service.end()
    assert "workers_killed" not in service.log_text()


def test_hangups_that_come_while_workers_begin_end_none_of_them(tmp_path: Path) -> None:
    service = several(tmp_path)
    process = service.spawn()
    try:
        until_begun(service, 2)
        deadline = time.monotonic() + START_SECONDS
        while "Formwell is ready" not in service.log_text():
            assert process.poll() is None, service.log_text()
            assert time.monotonic() < deadline, service.log_text()
            service.signal(signal.SIGHUP)
            time.sleep(0.02)
        assert service.terminate() == 0
    finally:
        service.end()
    assert "worker_ended" not in service.log_text()


def test_workers_are_not_taken_from_the_working_folder(tmp_path: Path) -> None:
    """Where somebody has a folder of that name, as many have."""
    command = tmp_path / "bin" / "formwell"
    command.parent.mkdir()
    command.write_text("from service.cli import main\n\nmain()\n")
    other = tmp_path / "site" / "service"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("raise SystemExit(3)\n")
    settings = {
        "STORE_URL": "null:",
        "FORMS_DIR": write_form(tmp_path / "forms", "quiz-answers"),
        "WORKERS": "2",
    }
    with running_service(
        tmp_path,
        settings,
        command=(sys.executable, str(command), "serve"),
        working_folder=other.parent,
    ) as service:
        assert service.terminate() == 0
