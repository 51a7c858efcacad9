"""`formwell forms diff` against a real OpenSearch."""

import json
import secrets
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def ask(url: str, method: str, body: object = None) -> None:
    """One request; that something is not there is no failure."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        urllib.request.urlopen(request).close()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise


@pytest.fixture
def live(
    run: Run, opensearch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address of an index, not made yet, that the form `survey` is on."""
    index = f"formwell-tests-{secrets.token_hex(6)}"
    monkeypatch.setenv("FORMWELL_FORMS_DIR", str(tmp_path / "forms"))
    monkeypatch.setenv("FORMWELL_STORE_URL", opensearch_url)
    run("forms", "new", "survey")
    path = tmp_path / "forms" / "survey.yaml"
    path.write_text(path.read_text().replace("forms-survey", index))
    yield f"{opensearch_url}/{index}"
    ask(f"{opensearch_url}/{index}", "DELETE")


def test_an_index_that_is_missing_is_nothing_to_do(run: Run, live: str) -> None:
    result = run("forms", "diff", "survey")
    assert result.exit_code == 0, result.output
    assert "there is no index" in result.stdout


def test_fields_that_are_new_are_compatible(run: Run, live: str) -> None:
    ask(live, "PUT", {"mappings": {"properties": {"comment": {"type": "text"}}}})
    result = run("forms", "diff")
    assert result.exit_code == 0, result.output
    assert "email: new: a start or a reload adds it as keyword" in result.stdout
    assert "dynamic is true, not strict" in result.stdout


def test_a_changed_type_needs_a_reindex_and_the_steps_are_said(run: Run, live: str) -> None:
    ask(live, "PUT", {"mappings": {"properties": {"comment": {"type": "long"}}}})
    result = run("forms", "diff", "survey")
    assert result.exit_code == 1
    assert "comment: CHANGED: long in the index, text in the form" in result.stdout
    assert "POST /_reindex" in result.stdout
    (line,) = run("forms", "diff", "survey", "--json").stdout.splitlines()
    difference = json.loads(line)
    assert difference["needs_reindex"] is True
    assert {"name": "comment", "change": "reindex", "form": "text", "index": "long"} in (
        difference["fields"]
    )


def test_a_store_that_is_away_is_a_clear_error(
    run: Run, live: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("FORMWELL_STORE_URL", f"http://127.0.0.1:{port}")
    result = run("forms", "diff")
    assert result.exit_code == 1
    assert "the store cannot be compared with: " in result.stderr
