"""A folder of form files, as people and their editors leave them."""

from pathlib import Path

import pytest

from service.forms.definition import Direction
from service.forms.load import LARGEST_FILE, FormsError, load_forms
from service.texts.load import load_catalogue

QUIZ = "title: A quiz\nfields:\n  - {name: a, type: text, label: A}\n"
PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"""


def test_a_byte_order_mark_and_the_line_ends_of_windows_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(QUIZ)
    (tmp_path / "b.yaml").write_bytes(b"\xef\xbb\xbf" + QUIZ.replace("\n", "\r\n").encode())
    a, b = load_forms(tmp_path).values()
    assert (a.title, a.fields) == (b.title, b.fields)


def test_a_huge_file_is_refused_before_it_is_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(QUIZ + "#" * LARGEST_FILE)
    with pytest.raises(FormsError, match="has more than 256 KiB"):
        load_forms(tmp_path)


def test_a_form_may_be_in_a_language_of_the_operators_own(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"language: ar\n{QUIZ}")
    with pytest.raises(FormsError, match="unknown language 'ar'; known are ar-XB, en, es"):
        load_forms(tmp_path)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "ar.po").write_text(PO)
    form = load_forms(tmp_path)["a"]
    assert (form.language, form.direction) == ("ar", Direction.RIGHT_TO_LEFT)
    assert load_forms(tmp_path, load_catalogue(tmp_path / "texts"))["a"] == form
    with pytest.raises(FormsError, match="unknown language 'ar'"):
        load_forms(tmp_path, load_catalogue())


def test_texts_that_cannot_be_used_are_told_like_forms_that_cannot(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(QUIZ)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "qqq-QQ.po").write_text(PO)
    with pytest.raises(FormsError, match="qqq-QQ"):
        load_forms(tmp_path)
