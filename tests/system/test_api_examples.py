"""The commands of docs/api.md do what the page says."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.system.form_folder import write_form
from tests.system.service_process import running_service

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
ADDRESS = "http://127.0.0.1:8080"


def commands() -> list[str]:
    """What the page tells people to type, in its order."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text(), re.DOTALL)
    lines = "".join(blocks).replace("\\\n", "").splitlines()
    return [line.removeprefix("$ ") for line in lines]


@pytest.mark.slow
def test_the_examples_of_the_page_work(tmp_path: Path) -> None:
    settings = {"FORMS_DIR": write_form(tmp_path / "forms", "api-examples"), "STORE_URL": "null:"}
    with running_service(tmp_path / "service", settings) as service:
        told = []
        for command in commands():
            shown = subprocess.run(  # noqa: S602 - the commands are the page's own
                command.replace(ADDRESS, service.url),
                shell=True,
                capture_output=True,
                check=True,
                timeout=30,
            )
            told.append(json.loads(shown.stdout))
    openapi, schema, stored, texts, other, wrong = told
    assert "/f/console-wars" in openapi["paths"]
    assert "essay_question" in schema["properties"]
    assert stored["form"] == texts["form"] == "console-wars"
    assert stored["receipt"] != texts["receipt"]
    assert other["code"] == "key_taken"
    assert [(error["field"], error["code"]) for error in wrong["errors"]] == [
        ("email_addr", "not_email")
    ]
