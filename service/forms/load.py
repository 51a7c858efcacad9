"""The forms of a folder."""

from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable

from service.forms.definition import Form
from service.forms.languages import Directions, directions_of
from service.forms.parse import parse_form
from service.forms.yaml_source import Problem
from service.texts.catalogue import Catalogue
from service.texts.load import CatalogueError, load_catalogue

ENDINGS = (".yaml", ".yml")
TEXTS_FOLDER = "texts"
"""Where an operator's own languages are, in the folder of the forms."""
LARGEST_FILE = 256 * 1024


class FormsError(Exception):
    """The forms cannot be used; `problems` has a sentence for each thing wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load_forms(folder: Traversable, catalogue: Catalogue | None = None) -> Mapping[str, Form]:
    """The forms of all YAML files in a folder, by id, in the order of their files' names.

    They may be in the languages of the catalogue; unless it is given, in those of the package and
    those in the folder's own folder of texts.
    Raises FormsError with everything wrong in all files at once.
    """
    try:
        files = sorted(
            (file for file in folder.iterdir() if file.name.endswith(ENDINGS)),
            key=lambda file: file.name,
        )
    except OSError as error:
        raise FormsError((f"{folder} cannot be read: {error.strerror}",)) from error
    if not files:
        raise FormsError((f"{folder} has no form in it: put a file like console-wars.yaml there",))
    try:
        known = directions_of(catalogue or load_catalogue(folder / TEXTS_FOLDER))
    except CatalogueError as error:
        raise FormsError(error.problems) from error
    forms: list[tuple[str, Form]] = []
    problems: list[str] = []
    for file in files:
        form, wrong = _load(file, known)
        problems += map(str, wrong)
        if form is not None:
            forms.append((str(file), form))
    problems += _clashes(forms)
    if problems:
        raise FormsError(tuple(problems))
    return {form.id: form for _, form in forms}


def _load(file: Traversable, known: Directions) -> tuple[Form | None, Iterable[Problem | str]]:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        return None, (f"{file} cannot be read: {error.strerror}",)
    if len(content) > LARGEST_FILE:
        return None, (f"{file} has more than 256 KiB; a form file is smaller, and holds one form",)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, (f"{file} is not UTF-8: byte {error.start} cannot be read; save it as UTF-8",)
    return parse_form(text, file=str(file), default_id=file.name.rpartition(".")[0], known=known)


def _clashes(forms: Iterable[tuple[str, Form]]) -> Iterable[str]:
    ids: dict[str, str] = {}
    indexes: dict[str, str] = {}
    for file, form in forms:
        if form.id in ids:
            yield f"{file}: the id {form.id!r} is that of {ids[form.id]} too; set another id"
        elif form.index in indexes:
            yield (
                f"{file}: the index {form.index!r} is that of {indexes[form.index]} too; "
                "each form needs an index of its own"
            )
        ids.setdefault(form.id, file)
        indexes.setdefault(form.index, file)
