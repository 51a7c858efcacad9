"""The languages that an operator adds, and what is said about files that cannot be used."""

from pathlib import Path

import pytest

from service.texts.load import CatalogueError, load_catalogue

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
SEND = '\nmsgid "Send"\nmsgstr "{}"\n'
PLURALS = '"Plural-Forms: nplurals=2; plural={};\\n"\n'
OR_MORE = '\nmsgid "Please give %(minimum)s or more."\nmsgstr "{}"\n'


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_one_file_adds_a_language_and_what_it_lacks_is_english(tmp_path: Path) -> None:
    write(tmp_path, "fr.po", HEAD + SEND.format("Envoyer"))
    catalogue = load_catalogue(tmp_path)
    assert catalogue.tags == ("en", "es", "fr", "ar-XB")
    texts = catalogue.texts("fr")
    assert (texts.name, texts.gettext("Send"), texts.gettext("Copy")) == (
        "Français",
        "Envoyer",
        "Copy",
    )


def test_a_file_goes_before_the_texts_of_the_package_one_by_one(tmp_path: Path) -> None:
    write(tmp_path, "es.po", HEAD + SEND.format("Mandar"))
    write(tmp_path, "en.po", HEAD + SEND.format("Submit"))
    catalogue = load_catalogue(tmp_path)
    assert catalogue.texts("es").gettext("Send") == "Mandar"
    assert catalogue.texts("es").gettext("Copy") == "Copiar"
    assert catalogue.texts("en").gettext("Send") == "Submit"


def test_a_doubtful_translation_is_not_used(tmp_path: Path) -> None:
    write(tmp_path, "fr.po", HEAD + "\n#, fuzzy" + SEND.format("Envoyer"))
    assert load_catalogue(tmp_path).texts("fr").gettext("Send") == "Send"


def test_a_language_is_written_in_its_direction(tmp_path: Path) -> None:
    write(tmp_path, "he.po", HEAD)
    assert load_catalogue(tmp_path).texts("he").direction == "rtl"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("klingon.po", HEAD, "is no language"),
        ("fr_FR.po", HEAD, "is no language"),
        ("fr.po", HEAD + "\nmsgid Send\n", "cannot be read"),
        ("fr.po", HEAD + PLURALS.format("what?"), "cannot be read"),
        ("fr.po", HEAD + PLURALS.format("__import__(1)"), "cannot be read"),
        ("fr.po", HEAD + PLURALS.format("1/(n-21)"), "cannot be read"),
        ("fr.po", HEAD + OR_MORE.format("%(maximum)s ou plus"), "%(minimum)s"),
        ("fr.po", HEAD + OR_MORE.format("%(minimum)d ou plus"), "%(minimum)s"),
        ("fr.po", HEAD + SEND.format("100 % sure"), "a per cent sign is written twice"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    write(tmp_path, name, text)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    (problem,) = caught.value.problems
    assert problem.startswith(name)
    assert says in problem


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "klingon.po", HEAD)
    write(tmp_path, "fr.po", HEAD + SEND.format("%(odd)s") + OR_MORE.format("%"))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    assert len(caught.value.problems) == 3


def test_a_folder_that_is_not_there_adds_nothing(tmp_path: Path) -> None:
    assert load_catalogue(tmp_path / "texts").tags == ("en", "es", "ar-XB")
