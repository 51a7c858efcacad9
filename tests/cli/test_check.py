"""`formwell check` says what is configured, what works and what does not."""

import asyncio
import json
import os
import secrets
import socket
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest

from service.lifespan import open_slot
from service.observability.metrics import Metrics
from service.spool.slot import Slot
from tests.cli.conftest import Run


def test_a_new_machine_is_fine(run: Run) -> None:
    result = run("check")
    assert result.exit_code == 0
    assert "ok     form: console-wars: 2 fields, index big_survey" in result.stdout
    assert "can be written; 0 pending, 0 delivered, 0 dead" in result.stdout
    assert "ok     store: embedded" in result.stdout


def test_for_scripts_every_finding_is_a_json_line(run: Run) -> None:
    findings = [json.loads(line) for line in run("check", "--json").stdout.splitlines()]
    assert {finding["about"] for finding in findings} == {"settings", "form", "spool", "store"}
    assert all(finding["ok"] for finding in findings)


def test_a_store_that_cannot_be_reached_is_named_without_its_password(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("FORMWELL_STORE_URL", f"http://user:hush@127.0.0.1:{port}")
    result = run("check")
    assert result.exit_code == 1
    assert f"WRONG  connection: 127.0.0.1 port {port}: " in result.stdout
    assert "-      write: big_survey: skipped, because the store is not reached" in result.stdout
    assert "hush" not in result.output


def test_what_a_theme_asks_for_and_no_browser_loads_is_noted(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "theme.css").write_text("a {}\n@import 'fonts.css';\n")
    monkeypatch.setenv("FORMWELL_THEME_DIR", str(tmp_path))
    result = run("check")
    assert result.exit_code == 0
    assert "note   theme: theme.css, line 2: @import is never loaded" in result.stdout


def test_a_running_service_is_no_fault(run: Run, tmp_path: Path) -> None:
    with Slot(tmp_path / "data").hold():
        result = run("check")
    assert result.exit_code == 0
    assert "a service is running on it" in result.stdout


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({"disk": {"full": False}}, "ok     spool: a service is running"),
        ({"disk": {"full": True}}, "WRONG  spool: a service is running"),
        ({"broken": "disk I/O error"}, "takes no answers now: formwell spool status says why"),
    ],
    ids=["well", "full", "broken"],
)
async def test_a_running_service_is_asked_whether_it_takes_answers(
    run: Run, tmp_path: Path, report: Mapping[str, object], words: str
) -> None:
    async def answer() -> Mapping[str, object]:
        return report

    async with open_slot(Slot(tmp_path / "data"), Metrics(), report=answer):
        result = await asyncio.to_thread(run, "check")
    assert words in result.stdout


def test_a_folder_that_cannot_be_written_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FORMWELL_DATA_DIR", str(tmp_path / "file"))
    result = run("check")
    assert result.exit_code == 1
    assert "slot-0 cannot be written" in result.stdout


def test_wrong_settings_are_all_named_and_exit_with_2(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMWELL_PUBLIC_BIND", "8080")
    monkeypatch.setenv("FORMWELL_LOG_LEVEL", "loud")
    for command in ("check", "serve", "probe"):
        result = run(command)
        assert result.exit_code == 2
        assert "FORMWELL_PUBLIC_BIND is '8080'" in result.stderr
        assert "FORMWELL_LOG_LEVEL is 'loud'" in result.stderr


def test_a_wrong_form_is_named_with_its_place_and_exits_with_2(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "quiz.yaml").write_text("titel: x\n")
    monkeypatch.setenv("FORMWELL_FORMS_DIR", str(tmp_path))
    for command in ("check", "serve"):
        result = run(command)
        assert result.exit_code == 2
        assert "quiz.yaml, line 1, column 1: unknown key 'titel'" in result.stderr


def test_an_unknown_setting_is_worth_a_note(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMWELL_STORE_ULR", "x")
    result = run("check")
    assert result.exit_code == 0
    assert "FORMWELL_STORE_ULR is not a setting of Formwell; FORMWELL_STORE_URL is" in result.stdout


def test_a_probe_without_a_service_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMWELL_INTERNAL_BIND", "127.0.0.1:1")
    result = run("probe")
    assert result.exit_code == 1
    assert "no answer from 127.0.0.1:1/livez" in result.stderr


def test_at_an_opensearch_it_says_what_may_be_done(
    run: Run, monkeypatch: pytest.MonkeyPatch, opensearch_url: str, tmp_path: Path
) -> None:
    index = f"formwell-tests-{secrets.token_hex(6)}"
    form = (Path(__file__).parents[2] / "forms" / "console-wars.yaml").read_text()
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "quiz.yaml").write_text(form.replace("big_survey", index))
    monkeypatch.setenv("FORMWELL_FORMS_DIR", str(tmp_path / "forms"))
    monkeypatch.setenv("FORMWELL_STORE_URL", opensearch_url)
    try:
        result = run("check")
        findings = [json.loads(line) for line in run("check", "--json").stdout.splitlines()]
    finally:
        for path in (f"/_index_template/formwell-{index}", f"/{index}"):
            request = urllib.request.Request(f"{opensearch_url}{path}", method="DELETE")
            urllib.request.urlopen(request).close()

    assert result.exit_code == 0, result.output
    assert f"ok     address: {opensearch_url}; requests are not signed" in result.stdout
    assert "ok     store: OpenSearch " in result.stdout
    assert f"ok     write: {index}: this role may write" in result.stdout
    assert f"ok     search: {index}: this role may search" in result.stdout
    assert {finding["about"] for finding in findings} >= {"dns", "connection", "write", "search"}
    assert all(finding["ok"] and not finding["skipped"] for finding in findings)


def test_without_credentials_what_depends_on_them_is_skipped_and_the_exit_code_is_1(
    run: Run, monkeypatch: pytest.MonkeyPatch, opensearch_url: str, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("FORMWELL_AWS_SERVICE", "es")
    monkeypatch.setenv("FORMWELL_AWS_REGION", "eu-west-1")
    monkeypatch.setenv("FORMWELL_STORE_URL", opensearch_url)
    result = run("check")
    assert result.exit_code == 1
    assert f"{opensearch_url}; requests are signed for es in eu-west-1" in result.stdout
    assert "WRONG  credentials: there are no AWS credentials" in result.stdout
    assert "-      signature: skipped, because there are no credentials" in result.stdout


def test_the_spool_of_each_worker_is_looked_at(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMWELL_STORE_URL", "null:")
    monkeypatch.setenv("FORMWELL_WORKERS", "2")
    damaged = Slot(tmp_path / "data", 1)
    damaged.folder.mkdir(parents=True)
    damaged.spool.write_bytes(b"no database" * 1_000)
    result = run("check")
    assert result.exit_code == 1
    assert f"ok     spool: {Slot(tmp_path / 'data').folder} can be written" in result.stdout
    assert f"WRONG  spool: {damaged.spool} is damaged" in result.stdout
