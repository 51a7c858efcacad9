"""`formwell forms` lists, begins and prints forms."""

import json
import re
from pathlib import Path

import pytest

from service.forms.load import load_forms
from tests.cli.conftest import Run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the forms'."""
    monkeypatch.setenv("FORMWELL_FORMS_DIR", str(tmp_path / "forms"))
    return tmp_path / "forms"


def test_a_new_form_parses_and_the_next_steps_are_said(run: Run, folder: Path) -> None:
    result = run("forms", "new", "my-survey")
    assert result.exit_code == 0, result.output
    assert str(folder / "my-survey.yaml") in result.stdout
    assert "formwell check" in result.stdout
    assert load_forms(folder)["my-survey"].index == "forms-my-survey"
    assert run("check").exit_code == 0


@pytest.mark.parametrize("form_id", ["true", "null", "1990", "0"])
def test_an_id_that_yaml_reads_as_something_else_is_text_all_the_same(
    run: Run, folder: Path, form_id: str
) -> None:
    assert run("forms", "new", form_id).exit_code == 0
    assert list(load_forms(folder)) == [form_id]


def test_what_is_commented_out_may_be_used(run: Run, folder: Path) -> None:
    run("forms", "new", "survey")
    path = folder / "survey.yaml"
    used = re.sub(r"^# (?=[a-z_]+: )", "", path.read_text(), flags=re.MULTILINE)
    path.write_text(re.sub("^#(?=  )", "", used, flags=re.MULTILINE))
    form = load_forms(folder)["survey"]
    assert [field.name for field in form.fields] == ["comment", "email", "rating", "topic"]
    assert form.limit == 500


def test_a_file_that_is_there_is_never_overwritten(run: Run, folder: Path) -> None:
    folder.mkdir()
    for name in ("old.yaml", "older.yml"):
        (folder / name).write_text("mine")
        result = run("forms", "new", name.partition(".")[0])
        assert result.exit_code == 1
        assert f"{folder / name} is there already" in result.stderr
        assert (folder / name).read_text() == "mine"
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("form_id", ["../x", "Upper", "", "a b", "-a", "a" * 65])
def test_an_id_that_no_form_may_have_is_refused(run: Run, folder: Path, form_id: str) -> None:
    result = run("forms", "new", "--", form_id)
    assert result.exit_code == 1
    assert "cannot be a form's id" in result.stderr
    assert not folder.exists()


def test_forms_are_listed_for_people_and_scripts(run: Run) -> None:
    assert "console-wars" in run("forms", "list").stdout
    lines = [json.loads(line) for line in run("forms", "list", "--json").stdout.splitlines()]
    (wars,) = (line for line in lines if line["id"] == "console-wars")
    assert wars == {
        "id": "console-wars",
        "title": "The console wars of 1991",
        "languages": ["en"],
        "fields": 2,
        "index": "big_survey",
        "availability": "open",
    }


def test_the_mapping_is_a_template_that_names_its_index(run: Run) -> None:
    result = run("forms", "mapping", "console-wars")
    template = json.loads(result.stdout)
    assert template["index_patterns"] == ["big_survey"]
    assert template["template"]["mappings"]["dynamic"] == "strict"
    assert "PUT /_index_template/formwell-big_survey" in result.stderr


def test_the_schema_is_that_of_a_submission(run: Run) -> None:
    schema = json.loads(run("forms", "schema", "console-wars").stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"essay_question", "email_addr"} <= set(schema["properties"])


@pytest.mark.parametrize("what", ["mapping", "schema", "diff"])
def test_the_closest_form_is_named_for_one_that_is_not_there(run: Run, what: str) -> None:
    result = run("forms", what, "consol-war")
    assert result.exit_code == 1
    assert "there is no form 'consol-war'; did you mean console-wars?" in result.stderr


def test_the_embedded_store_has_no_mapping_to_differ_from(run: Run) -> None:
    result = run("forms", "diff")
    assert result.exit_code == 0
    assert "has no mapping" in result.stderr


def test_a_folder_that_is_not_there_is_told_with_its_setting(run: Run, folder: Path) -> None:
    result = run("forms", "list")
    assert result.exit_code == 2
    assert f"FORMWELL_FORMS_DIR is '{folder}', which is no folder" in result.stderr


def test_a_misspelt_command_names_the_one_that_is_meant(run: Run) -> None:
    result = run("chekc")
    assert result.exit_code == 2
    assert "No such command 'chekc'. Did you mean 'check'?" in result.stderr
    assert "Did you mean" not in run("nonsense").stderr
