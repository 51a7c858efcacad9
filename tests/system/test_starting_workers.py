"""What several workers are started from."""

import sys
from pathlib import Path

import pytest

from tests.system.form_folder import write_form
from tests.system.service_process import running_service

pytestmark = pytest.mark.slow


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
