"""The files of translators, held to the sources: nothing missing, nothing doubtful, nothing odd."""

from babel.messages.catalog import Message

from service.texts.placeholders import placeholders
from tests.texts.extraction import LANGUAGES, TEMPLATE, gather, read

SPANISH = read(LANGUAGES / "es.po")


def forms(text: object) -> tuple[str, ...]:
    if isinstance(text, str):
        return (text,)
    return tuple(text) if isinstance(text, list | tuple) else ()


def texts_of(catalog: object) -> dict[tuple[str, ...], Message]:
    assert hasattr(catalog, "__iter__")
    return {forms(message.id): message for message in catalog if message.id}


def test_the_template_and_every_language_have_the_texts_of_the_sources_and_no_others() -> None:
    wanted = set(texts_of(gather()))
    assert len(wanted) > 100
    for path in (TEMPLATE, *LANGUAGES.glob("*.po")):
        assert set(texts_of(read(path))) == wanted, f"run `make texts`, then translate {path.name}"
        assert not read(path).obsolete, path.name


def test_every_spanish_text_is_there_and_certain() -> None:
    missing = [
        message.id for message in texts_of(SPANISH).values() if not all(forms(message.string))
    ]
    doubtful = [message.id for message in texts_of(SPANISH).values() if message.fuzzy]
    assert (missing, doubtful) == ([], [])


def test_spanish_texts_have_the_placeholders_of_the_english() -> None:
    for english, message in texts_of(SPANISH).items():
        for text in forms(message.string):
            assert placeholders(text) == placeholders(english[-1]), english


def test_spanish_texts_end_and_begin_like_the_english() -> None:
    for english, message in texts_of(SPANISH).items():
        for text in forms(message.string):
            assert text.strip() == text, english
            assert (text[-1:] == ".") == (english[0][-1:] == "."), english
