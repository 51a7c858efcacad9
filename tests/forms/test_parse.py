"""A form file becomes a definition, or every fault in it is named with its place."""

from pathlib import Path

import pytest

from service.forms.definition import ClientAddress
from service.forms.load import FormsError, load_forms
from service.forms.parse import parse_form

GOOD = """\
title: A quiz
index: quiz-answers
tags: [v1, 08]
client_address: masked
intro: Hello.
fields:
  - name: essay
    type: textarea
    label: Why?
    required: true
    min_length: 3
    max_length: 20
  - name: mail
    type: email
    label: Mail
    autocomplete: email
"""


def problems(text: str) -> list[str]:
    """What is wrong, as "line:column text"."""
    form, found = parse_form(text, file="quiz.yaml", default_id="quiz")
    assert (form is None) == bool(found)
    return [f"{problem.line}:{problem.column} {problem.text}" for problem in found]


def test_a_good_file_says_everything_about_its_form() -> None:
    form, found = parse_form(GOOD, file="quiz.yaml", default_id="quiz")
    assert found == ()
    assert form is not None
    assert (form.id, form.title, form.index) == ("quiz", "A quiz", "quiz-answers")
    assert form.tags == ("v1", "08")  # a tag is a text, whatever YAML would make of it
    assert form.client_address is ClientAddress.MASKED
    essay, mail = form.fields
    assert (essay.name, essay.required, essay.min_length, essay.max_length) == (
        "essay",
        True,
        3,
        20,
    )
    assert (mail.type.name, mail.required, mail.max_length) == ("email", False, 254)


def test_the_index_is_named_after_the_form_where_the_file_names_none() -> None:
    form, _ = parse_form(GOOD.replace("index: quiz-answers\n", ""), file="f", default_id="quiz")
    assert form is not None
    assert form.index == "forms-quiz"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("title: A quiz\n", ""), "1:1 'title' is missing"),
        (("title:", "titel:"), "1:1 unknown key 'titel'; did you mean 'title'?"),
        (("index:", "[index, id]:"), "2:1 this key is no text; write one of those that are known"),
        (("index: quiz-answers", "index: Quiz"), "2:8 'Quiz' is no index name; it must be"),
        (("masked", "maskd"), "4:17 unknown client_address 'maskd'; did you mean 'masked'?"),
        (("tags: [v1, 08]", "tags: v1"), "3:7 expected a list of texts"),
        (("name: essay", "name: tags"), "7:11 'tags' is a name the service uses itself"),
        (("name: essay", "name: submission_key"), "7:11 'submission_key' is a name the service"),
        (("name: essay", "name: 2much"), "7:11 '2much' is no field name; it must be"),
        (("type: textarea", "type: textaera"), "8:11 unknown type 'textaera'; did you mean 'texta"),
        (("required: true", "required: yes"), "10:15 expected true or false for 'required', found"),
        (("min_length: 3", "min_length: 30"), "11:17 min_length is 30, more than max_length (20)"),
        (("max_length: 20", "max_length: many"), "12:17 expected a whole number from 1 to"),
        (("max_length: 20", "max_length: 50001"), "12:17 max_length is 50001; textarea takes at"),
        (("name: mail", "name: essay"), "13:5 there is a field 'essay' already"),
        (("    label: Mail\n", ""), "13:5 'label' is missing"),
        (("label: Mail", "label: Mail\n    label: Post"), "16:5 'label' stands here twice"),
        (("label: Mail", "label: "), "15:11 expected a text"),
        (("title: A quiz", "title: [A"), "2:6 this is not YAML"),
    ],
)
def test_a_fault_is_named_with_its_place(change: tuple[str, str], expected: str) -> None:
    found = problems(GOOD.replace(*change, 1))
    assert any(problem.startswith(expected) for problem in found), found


def test_a_text_that_no_encoding_can_carry_is_refused() -> None:
    found = problems(GOOD.replace("tags: [v1, 08]", 'tags: ["\\ud800"]'))
    assert found[0].startswith("3:8 there is a character in it that is none")


def test_all_faults_are_named_at_once() -> None:
    found = problems("titel: x\nfields:\n - name: A\n   type: emial\n   label: L\n - 3\n")
    assert len(found) == 5, found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        "just words",
        "a: 1\n---\nb: 2\n",
        "\x00",
        'title: "\\UFFFFFFFF"\n',
        'title: "\\U00110000"\n',
        "[" * 3_000,
    ],
)
def test_what_is_no_form_at_all_is_refused(text: str) -> None:
    assert problems(text)


def test_a_form_without_fields_is_refused() -> None:
    assert problems("title: x\nfields: []\n") == ["2:9 expected 1 to 200 fields, found 0"]


def test_a_folder_gives_its_forms_by_id(tmp_path: Path) -> None:
    (tmp_path / "quiz.yaml").write_text(GOOD)
    (tmp_path / "notes.txt").write_text("no form")
    assert list(load_forms(tmp_path)) == ["quiz"]


def test_two_forms_on_one_index_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD)
    with pytest.raises(FormsError, match="each form needs an index of its own"):
        load_forms(tmp_path)


def test_two_forms_of_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text("id: a\n" + GOOD.replace("quiz-answers", "other"))
    with pytest.raises(FormsError, match="set another id"):
        load_forms(tmp_path)


def test_the_faults_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("")
    (tmp_path / "b.yaml").write_bytes(b"\xff")
    with pytest.raises(FormsError) as refused:
        load_forms(tmp_path)
    assert len(refused.value.problems) == 2
    assert "b.yaml is not UTF-8" in refused.value.problems[1]


def test_an_empty_folder_and_a_missing_one_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FormsError, match="has no form in it"):
        load_forms(tmp_path)
    with pytest.raises(FormsError, match="missing cannot be read"):
        load_forms(tmp_path / "missing")


def test_the_example_form_is_the_quiz_of_1991() -> None:
    form = load_forms(Path(__file__).parents[2] / "forms")["console-wars"]
    assert form.index == "big_survey"
    assert form.tags == ("v0.1",)
    assert form.client_address is ClientAddress.FULL
    essay, mail = form.fields
    assert (essay.name, essay.max_length, essay.required) == ("essay_question", 2047, True)
    assert (mail.name, mail.type.name, mail.required) == ("email_addr", "email", True)
