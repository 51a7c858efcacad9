"""Schemathesis, a program that knows the service by its OpenAPI only, finds nothing wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.service_process import running_service

ROOT = Path(__file__).parents[2]
FORMS = ROOT / "forms"
MOST_SECONDS = 30

# JSON Schema cannot say all that validation asks (service/forms/json_schema.py has the list), so a
# 422 is no fault by itself; tests/forms/test_agreement.py holds the two together more closely.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "422", "429", "5xx"]
"""


@pytest.mark.slow
def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    settings = {"FORMS_DIR": str(FORMS), "STORE_URL": "null:"}
    with running_service(tmp_path / "service", settings, working_folder=ROOT) as service:
        command = [
            *(str(Path(sys.executable).parent / "schemathesis"), "run"),
            f"{service.url}/openapi.json",
            *("--checks", "all", "--max-examples", "15", "--max-time", str(MOST_SECONDS)),
            *("--seed", "1991", "--no-color"),
        ]
        found = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=5 * MOST_SECONDS
        )
    assert found.returncode == 0, found.stdout[-6_000:] + found.stderr[-2_000:]
