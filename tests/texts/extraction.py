"""Gathers all texts from the sources, and brings the files that translators work in up to date."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import service

ROOT = Path(service.__file__).parent.parent
LANGUAGES = ROOT / "service" / "texts" / "languages"
TEMPLATE = LANGUAGES / "formwell.pot"

_KEYWORDS = {
    "_": None,
    "gettext": None,
    "mark": None,
    "ngettext": (1, 2),
    "mark_plural": (1, 2),
}
_HTML_OPTIONS = {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
_WIDTH = 96
_HEADER = "# Texts of Formwell's pages and messages; docs/texts.md says how to work on them."


def gather() -> Catalog:
    """All texts of the sources, each with the files it stands in and notes for translators."""
    found = Catalog(project="Formwell", charset="utf-8")
    for folder, method in ((ROOT / "service", "python"), (ROOT / "templates", "jinja2")):
        pattern = "**.py" if method == "python" else "**.html"
        entries = extract_from_dir(
            folder,
            [(pattern, method)],
            options_map={pattern: _HTML_OPTIONS if method == "jinja2" else {}},
            keywords=_KEYWORDS,
            comment_tags=["For translators:"],
            strip_comment_tags=True,
        )
        for name, line, message, comments, context in sorted(entries, key=lambda entry: entry[:2]):
            place = (folder / name).relative_to(ROOT).as_posix()
            found.add(message, None, [(place, line)], auto_comments=comments, context=context)
    return found


def read(path: Path) -> Catalog:
    """A file of translations."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def update() -> None:
    """Write the template, and put what is new or gone into every language, keeping all notes."""
    texts = gather()
    if TEMPLATE.exists():
        texts.creation_date = read(TEMPLATE).creation_date
    _write(TEMPLATE, texts)
    for path in LANGUAGES.glob("*.po"):
        translated = read(path)
        translated.locale = path.stem.replace("-", "_")
        translated.update(texts, update_creation_date=False)
        _write(path, translated)


def _write(path: Path, catalog: Catalog) -> None:
    catalog.project, catalog.version = "Formwell", "texts"
    for name in ("msgid_bugs_address", "last_translator", "language_team"):
        if "@" in getattr(catalog, name):  # nobody stands there yet, only Babel's example
            setattr(catalog, name, "Formwell's maintainers")
    catalog.header_comment = _HEADER
    with path.open("wb") as file:
        # Without line numbers a moved line changes no file of a translator.
        write_po(file, catalog, width=_WIDTH, include_lineno=False)
