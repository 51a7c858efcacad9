"""The forms of a folder."""

from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable

from service.forms.definition import Form
from service.forms.parse import parse_form
from service.forms.yaml_source import Problem

ENDINGS = (".yaml", ".yml")


class FormsError(Exception):
    """The forms cannot be used; `problems` has a sentence for each thing wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load_forms(folder: Traversable) -> Mapping[str, Form]:
    """The forms of all YAML files in a folder, by id, in the order of their files' names.

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
    forms: list[tuple[str, Form]] = []
    problems: list[str] = []
    for file in files:
        form, wrong = _load(file)
        problems += map(str, wrong)
        if form is not None:
            forms.append((str(file), form))
    problems += _clashes(forms)
    if problems:
        raise FormsError(tuple(problems))
    return {form.id: form for _, form in forms}


def _load(file: Traversable) -> tuple[Form | None, Iterable[Problem | str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        return None, (f"{file} cannot be read: {error.strerror}",)
    except UnicodeDecodeError as error:
        return None, (f"{file} is not UTF-8: byte {error.start} cannot be read; save it as UTF-8",)
    return parse_form(text, file=str(file), default_id=file.name.rpartition(".")[0])


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
