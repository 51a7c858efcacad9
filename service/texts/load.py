"""Reads the languages: those of the package, and those that an operator adds as .po files."""

import io
from collections.abc import Iterator
from gettext import GNUTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable

from babel import UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from service.texts.catalogue import Catalogue
from service.texts.placeholders import faults
from service.texts.pseudo import PSEUDO_TAG, PseudoTranslations
from service.texts.texts import ENGLISH, SOURCE_TAG, Texts, locale_of

_SUFFIX = ".po"
_COUNTED = 200
"""Rules for plurals ask for the last two digits; by these numbers they are tried."""


class CatalogueError(Exception):
    """One or more .po files cannot be used; `problems` has a sentence for each thing wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load_catalogue(folder: Traversable | None = None) -> Catalogue:
    """The languages of the package and of `folder`, where a file is named by its tag: `fr.po`.

    A file for a language that is there already goes before it, text by text. Raises CatalogueError
    with all that is wrong. Reads files, some milliseconds each: not for the event loop.
    """
    languages = {SOURCE_TAG: ENGLISH}
    problems: list[str] = []
    for file in (*_po_files(files("service.texts") / "languages"), *_po_files(folder)):
        tag = file.name.removesuffix(_SUFFIX)
        translations = _read(file, tag, problems)
        if translations is not None:
            if tag in languages:
                translations.add_fallback(languages[tag].translations)
            languages[tag] = Texts(tag=tag, translations=translations)
    if problems:
        raise CatalogueError(tuple(problems))
    languages[PSEUDO_TAG] = Texts(
        tag=PSEUDO_TAG, translations=PseudoTranslations(), written_as="en-GB"
    )
    for texts in languages.values():
        # Babel reads a language's data when it is first used; that shall not be during a request.
        _ = texts.moment(0), texts.number(1), texts.name
    return Catalogue(languages)


def _po_files(folder: Traversable | None) -> Iterator[Traversable]:
    if folder is not None and folder.is_dir():
        found = (entry for entry in folder.iterdir() if entry.name.endswith(_SUFFIX))
        yield from sorted(found, key=lambda entry: entry.name)


def _read(file: Traversable, tag: str, problems: list[str]) -> GNUTranslations | None:
    try:
        locale = locale_of(tag)
    except (ValueError, UnknownLocaleError):
        problems.append(
            f"{file.name}: {tag!r} is no language; name the file like fr.po or pt-BR.po"
        )
        return None
    try:
        catalog = read_po(io.BytesIO(file.read_bytes()), locale=locale, abort_invalid=True)
        translations = _compile(catalog)
    except (PoFileError, LookupError, ValueError, ArithmeticError, OSError) as error:
        problems.append(f"{file.name} cannot be read as a .po file in UTF-8: {error}")
        return None
    problems.extend(f"{file.name}, {fault}" for fault in faults(catalog))
    return translations


def _compile(catalog: Catalog) -> GNUTranslations:
    """The standard library's own form of a catalogue: it knows plurals and fallbacks.

    ValueError or ArithmeticError for a rule for plurals that would fail in a request.
    """
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    for number in range(_COUNTED):
        translations.ngettext("", "", number)
    return translations
