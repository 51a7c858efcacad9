"""What a language does with texts, numbers and moments."""

import pytest

from service.texts.load import load_catalogue
from service.texts.pseudo import PSEUDO_TAG, pseudo

CATALOGUE = load_catalogue()
AT = 1_795_364_701_042  # 2026-11-22T16:25:01.042Z


def test_english_is_first_and_the_pseudo_language_is_there() -> None:
    assert CATALOGUE.tags == ("en", "es", PSEUDO_TAG)


@pytest.mark.parametrize(
    ("tag", "name", "direction", "moment", "number"),
    [
        ("en", "English", "ltr", "22 November 2026, 16:25:01 UTC", "12,345"),
        ("es", "Español", "ltr", "22 de noviembre de 2026, 16:25:01 UTC", "12.345"),
    ],
)
def test_a_language_has_its_own_name_moments_and_numbers(
    tag: str, name: str, direction: str, moment: str, number: str
) -> None:
    texts = CATALOGUE.texts(tag)
    assert (texts.tag, texts.name, texts.direction) == (tag, name, direction)
    assert texts.moment(AT) == moment
    assert texts.number(12_345) == number


def test_a_text_is_told_in_its_language_with_its_values() -> None:
    assert CATALOGUE.texts("es").gettext("Please give %(minimum)s or more.", minimum=3) == (
        "Escriba 3 o más."
    )


def test_a_text_that_nobody_translated_is_english() -> None:
    assert CATALOGUE.texts("es").gettext("In no %(where)s, 100%%.", where="file") == (
        "In no file, 100%."
    )


@pytest.mark.parametrize(("number", "text"), [(1, "1 carácter"), (2_000, "2000 caracteres")])
def test_a_counted_text_has_the_form_of_its_number(number: int, text: str) -> None:
    said = CATALOGUE.texts("es").ngettext(
        "Please write at least %(num)s character.",
        "Please write at least %(num)s characters.",
        number,
    )
    assert text in said.replace(".", "")


def test_the_pseudo_language_is_longer_written_from_the_right_and_keeps_what_is_filled_in() -> None:
    texts = CATALOGUE.texts(PSEUDO_TAG)
    assert texts.direction == "rtl"
    assert texts.name == pseudo("Pseudo-language")
    said = texts.gettext("Sent to %(place)s, 100%% sure.", place="here")
    assert "here" in said
    assert "100% " in said
    assert "Sent" not in said
    assert len(said) > len("Sent to here, 100% sure.") * 1.25
    assert texts.ngettext("%(num)s day", "%(num)s days", 3) == pseudo("%(num)s days") % {"num": 3}


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        CATALOGUE.texts("tlh")
